import time
from statistics import median

import pytest
from sqlalchemy import select

from runtime.errors import ReviewError
from runtime.review.sessions import FEW_BY_NAME, IDLE, LIFE, WINDOW, Sessions
from runtime.review.tables import failures, sessions, users
from runtime.review.users import Users
from tests.runtime.review.conftest import Waiting

PASSWORD = "correct horse battery"


def test_passwords_are_hashed_and_checked(waiting: Waiting) -> None:
    people = Users(waiting.store, waiting.audit)
    people.add("ann", PASSWORD, "reviewer", "root")
    with waiting.store.engine.connect() as connection:
        kept = connection.scalar(select(users.c.password))
    assert kept is not None and kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$") and PASSWORD not in kept
    found = people.check("ann", PASSWORD)
    assert found is not None and found.name == "ann"
    assert people.check("ann", PASSWORD + "x") is None and people.check("bob", PASSWORD) is None
    people.add("proxied", None, "auditor", "root")
    assert people.check("proxied", "") is None
    people.add("boss", PASSWORD, "admin", "root")
    people.change("ann", "reviewer", False, "boss")
    assert people.check("ann", PASSWORD) is None


def test_an_unknown_name_takes_as_long_as_a_wrong_password(desk: Waiting) -> None:
    people = Users(desk.store, desk.audit)
    people.add("ann", PASSWORD, "reviewer", "root")

    def seconds(name: str) -> float:
        start = time.process_time()
        assert people.check(name, "wrong password 123") is None
        return time.process_time() - start

    known, unknown = (median(seconds(name) for _ in range(5)) for name in ("ann", "nobody-here"))
    assert 0.5 < unknown / known < 2.0


@pytest.mark.parametrize(
    ("name", "password", "role"),
    [
        ("", PASSWORD, "reviewer"),
        ("a b", PASSWORD, "reviewer"),
        ("../x", PASSWORD, "reviewer"),
        ("ann", "short", "reviewer"),
        ("ann", "x" * 257, "reviewer"),
        ("ann", PASSWORD, "root"),
    ],
)
def test_people_who_are_not_taken(desk: Waiting, name: str, password: str, role: str) -> None:
    people = Users(desk.store, desk.audit)
    with pytest.raises(ReviewError):
        people.add(name, password, role, "root")
    assert people.all() == []


def test_the_last_admin_stays(desk: Waiting) -> None:
    people = Users(desk.store, desk.audit)
    people.add("boss", None, "admin", "root")
    for role, active in (("reviewer", True), ("admin", False)):
        with pytest.raises(ReviewError, match="last admin"):
            people.change("boss", role, active, "boss")
    people.add("second", None, "admin", "boss")
    people.change("boss", "auditor", True, "second")
    assert [entry.action for entry in desk.audit.entries()] == ["user.add", "user.add", "user.change"]


def test_sessions_end(waiting: Waiting) -> None:
    moment = [1_000_000.0]
    people = Users(waiting.store, waiting.audit)
    ann = people.add("ann", None, "reviewer", "root")
    people.add("boss", None, "admin", "root")
    made = Sessions(waiting.store, people, lambda: moment[0])
    cookie, session = made.begin(ann)
    with waiting.store.engine.connect() as connection:
        assert cookie not in str(connection.execute(select(sessions)).all())
    assert made.get(cookie) == session and made.get(cookie + "x") is None and made.get("") is None
    moment[0] += IDLE - 1
    assert made.get(cookie) is not None
    moment[0] += IDLE - 1
    assert made.get(cookie) is not None, "each request keeps it alive"
    moment[0] += IDLE + 1
    assert made.get(cookie) is None
    cookie, _ = made.begin(ann)
    for _ in range(int(LIFE / (IDLE - 1)) + 1):
        moment[0] += IDLE - 1
        made.get(cookie)
    assert made.get(cookie) is None, "and none outlives its life"
    cookie, _ = made.begin(ann)
    people.change("ann", "auditor", True, "boss")
    assert made.get(cookie) is None, "another role means to sign in anew"
    cookie, session = made.begin(ann)
    made.end(session.digest)
    assert made.get(cookie) is None


def test_failures_make_wait(waiting: Waiting) -> None:
    moment = [1_000_000.0]
    made = Sessions(waiting.store, Users(waiting.store, waiting.audit), lambda: moment[0])
    for number in range(FEW_BY_NAME):
        assert not made.must_wait("ann", f"10.0.0.{number}")
        made.note_failure("ann", f"10.0.0.{number}")
    assert made.must_wait("ann", "10.0.0.99") and not made.must_wait("bob", "10.0.0.99")
    for number in range(30):
        made.note_failure(f"name-{number}", "10.9.9.9")
    assert made.must_wait("bob", "10.9.9.9")
    with waiting.store.engine.connect() as connection:
        assert "ann" not in str(connection.execute(select(failures)).all())
    moment[0] += WINDOW + 1
    assert not made.must_wait("ann", "10.0.0.99") and not made.must_wait("bob", "10.9.9.9")
