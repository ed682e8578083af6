"""The notification module against a real SMTP server and a real webhook that fail."""

import json

import pytest

from templates.modules.health import RefusedError, ServiceDownError
from templates.modules.notify import Notice, Notifier
from tests.templates.modules.servers import mail, web

NOTICE = Notice("A case waits for review", "prior_auth_glp1", "9f2c77aa")


def test_mail_reaches_a_server_that_first_turns_it_away() -> None:
    with mail() as server:
        server.refuse = 1
        url = f"mailto://127.0.0.1:{server.port}?from=factory@clinic.example&to=desk@clinic.example&mode=insecure"
        Notifier({"desk": (url,)}).send("desk", NOTICE)
        (message,) = server.messages
    assert "A case waits for review" in message
    assert "9f2c77aa" in message


def test_webhook_and_chat_get_one_notice_each() -> None:
    with web() as server:
        server.script["/hook"] = [(500, ""), (200, {})]
        server.script["/hooks/tok123"] = [(200, {})]
        urls = (f"json://127.0.0.1:{server.port}/hook", f"mmost://127.0.0.1:{server.port}/tok123")
        Notifier({"desk": urls}).send("desk", NOTICE)
        taken = [(path, json.loads(body)) for _, path, _, body in server.seen]
    assert [path for path, _ in taken] == ["/hook", "/hook", "/hooks/tok123"]
    assert all("9f2c77aa" in json.dumps(body) for _, body in taken)


def test_a_dead_address_is_told_without_its_secrets() -> None:
    notifier = Notifier({"desk": ("json://user:hunter2@127.0.0.1:9/hook",)}, attempts=2, timeout_s=0.5)
    with pytest.raises(ServiceDownError, match="1 of 1 addresses") as caught:
        notifier.send("desk", NOTICE)
    assert "hunter2" not in str(caught.value)
    assert not notifier.health("desk").healthy


def test_personal_data_is_not_sent() -> None:
    with web() as server:
        server.script["/hook"] = [(200, {})]
        notifier = Notifier({"desk": (f"json://127.0.0.1:{server.port}/hook",)})
        with pytest.raises(RefusedError, match="personal data") as caught:
            notifier.send("desk", Notice("SSN 536-22-8714 waits", "prior_auth_glp1", "9f2c"))
        assert "536" not in str(caught.value)
        assert server.seen == []
        assert notifier.health("desk").healthy


def test_only_known_kinds_of_addresses() -> None:
    with pytest.raises(RefusedError, match="begin with one of"):
        Notifier({"desk": ("syslog://localhost",)})
    with pytest.raises(RefusedError, match="no group"):
        Notifier({}).send("desk", NOTICE)
