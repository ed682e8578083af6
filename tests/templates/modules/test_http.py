"""The HTTP module against a server that fails in the ways it claims to survive."""

import time
from collections.abc import Iterator

import pytest

from templates.modules.health import HostNotAllowedError, RefusedError, ServiceDownError
from templates.modules.http import HttpClient, HttpOptions
from tests.templates.modules.servers import Web, web


@pytest.fixture(scope="module")
def server() -> Iterator[Web]:
    with web() as state:
        yield state


@pytest.fixture
def client(server: Web) -> Iterator[HttpClient]:
    server.seen.clear()
    options = HttpOptions(
        (f"127.0.0.1:{server.port}",), timeout_s=0.6, attempts=3, insecure_loopback=True, most_bytes=5000
    )
    with HttpClient(options) as made:
        yield made


def test_failures_of_a_moment_are_survived(server: Web, client: HttpClient) -> None:
    server.script["/busy"] = [(500, ""), (503, ""), (200, {"tier": "gold"})]
    assert client.get(server.url("/busy"), {"id": "4"}) == {"tier": "gold"}
    assert [path for _, path, _, _ in server.seen] == ["/busy?id=4"] * 3


def test_a_repeated_post_carries_one_key(server: Web, client: HttpClient) -> None:
    server.script["/orders"] = [(502, ""), (201, {"id": 7})]
    assert client.post(server.url("/orders"), {"sku": "x"}, "key-1") == {"id": 7}
    assert [headers["Idempotency-Key"] for _, _, headers, _ in server.seen] == ["key-1", "key-1"]


def test_a_server_that_stays_down_is_said_to_be_down(server: Web, client: HttpClient) -> None:
    server.script["/down"] = [(500, {"secret": "Quillfeather"})]
    with pytest.raises(ServiceDownError, match="status 500 after 3 attempts") as caught:
        client.get(server.url("/down"), {"name": "Quillfeather"})
    assert "Quillfeather" not in str(caught.value)
    assert len(server.seen) == 3


def test_a_server_that_drips_holds_nobody(server: Web, client: HttpClient) -> None:
    server.script["/slow"] = [(200, 30.0)]
    start = time.monotonic()
    with pytest.raises(ServiceDownError, match="timeout"):
        client.get(server.url("/slow"))
    assert time.monotonic() - start < 15


@pytest.mark.parametrize(
    "where", ["https://evil.example/x", "http://10.0.0.1/", "http://user@127.0.0.1/", "file:///etc/passwd"]
)
def test_redirects_to_other_hosts_are_not_followed(server: Web, client: HttpClient, where: str) -> None:
    server.script["/moved"] = [(302, where)]
    with pytest.raises(HostNotAllowedError):
        client.get(server.url("/moved"))


def test_redirects_on_the_same_host_are_followed_for_reading_only(server: Web, client: HttpClient) -> None:
    server.script["/old"], server.script["/new"] = [(307, "/new")], [(200, [1])]
    assert client.get(server.url("/old")) == [1]
    with pytest.raises(RefusedError, match="not redirected"):
        client.post(server.url("/old"), {}, "k")


def test_wrong_requests_are_not_repeated(server: Web, client: HttpClient) -> None:
    server.script["/wrong"] = [(422, {"detail": "no"})]
    with pytest.raises(RefusedError, match="422"):
        client.get(server.url("/wrong"))
    assert len(server.seen) == 1


def test_an_endless_answer_is_cut(server: Web, client: HttpClient) -> None:
    server.script["/big"] = [(200, b"[" + b"1," * 9000 + b"1]")]
    with pytest.raises(RefusedError, match="more than 5000 bytes"):
        client.get(server.url("/big"))


def test_health(server: Web, client: HttpClient) -> None:
    server.script["/health"] = [(500, ""), (200, {"ok": True})]
    assert client.health(server.url("/health")).reason == "status 500"
    assert client.health(server.url("/health")).healthy
    assert not client.health("https://elsewhere.example/").healthy
