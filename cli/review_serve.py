"""`factory review serve` and `factory review user`: the page where people settle doubtful fields."""

import ipaddress
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import err, escape, out, print_json, told
from runtime.audit import AuditLog, default_actor
from runtime.errors import UsageError
from runtime.registry import Registry
from runtime.review.users import Users
from runtime.store import Store

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from runtime.review.guard import Decided

app = typer.Typer()
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Temporal = Annotated[
    str | None, typer.Option(help="HOST:PORT[/NAMESPACE]; workflows that wait for a review hear of decisions.")
]
Url = Annotated[
    str | None, typer.Option("--store", envvar="FACTORY_STORE", help="Default: store.sqlite in the home folder.")
]


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535)] = 8086,
    name: Annotated[str | None, typer.Option("--admin", help="The first admin's name; default: this account.")] = None,
    cert: Annotated[Path | None, typer.Option("--tls-cert", help="Certificate chain (PEM) for HTTPS.")] = None,
    key: Annotated[Path | None, typer.Option("--tls-key", help="Its private key (PEM).")] = None,
    behind_tls: Annotated[bool, typer.Option("--behind-tls", help="A proxy in front speaks HTTPS.")] = False,
    header: Annotated[str | None, typer.Option("--proxy-header", help="It names who signed in at the proxy.")] = None,
    proxies: Annotated[list[str] | None, typer.Option("--proxy", help="Its address or network.")] = None,
    hosts: Annotated[list[str] | None, typer.Option("--allow-host", help="Also answer to this host name.")] = None,
    temporal: Temporal = None,
    registry: Annotated[Path | None, typer.Option(help="Default: the home folder.")] = None,
    store: Url = None,
    as_json: Json = False,
) -> None:
    """Serve the review page. On an empty list of people it makes the first admin and prints the password once."""
    from runtime.review.app import LOCAL, review_app  # imported late, as uvicorn: no other command needs a web server
    from runtime.review.guard import Settings

    with told():
        secure = behind_tls or cert is not None
        _check(host, secure, cert, key)
        opened, audit = Store(store), AuditLog()
        first = _first_admin(Users(opened, audit), name or default_actor(), header is not None)
        settings = Settings(secure, header, tuple(proxies or ("127.0.0.1", "::1")))
        names = (*LOCAL, host, *(hosts or ()))
        page = review_app(opened, audit, Registry(registry), settings, names, _told(opened, temporal, registry))
    url = f"{'https' if cert else 'http'}://{host if host != '0.0.0.0' else 'localhost'}:{port}/"  # noqa: S104  # text
    if as_json:
        print_json({"url": url, "admin": first and first[0], "password": first and first[1]})
    else:
        if first and first[1]:
            out.print(f"first admin: {escape(first[0])}, password: {first[1]}  (shown once)", highlight=False)
        out.print(f"review page: {url}  (Ctrl-C ends it)", highlight=False)
    sys.stdout.flush()
    _run(page, host, port, cert, key)


@app.command()
def user(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    role: Annotated[str, typer.Option(help="reviewer, auditor or admin")] = "reviewer",
    shut_out: Annotated[bool, typer.Option("--shut-out", help="May not sign in any more.")] = False,
    no_password: Annotated[bool, typer.Option("--no-password", help="A proxy signs the person in.")] = False,
    store: Url = None,
    as_json: Json = False,
) -> None:
    """Add someone to the review page, or give another role and a new password, which is printed once."""
    with told():
        people = Users(Store(store), AuditLog())
        password = None if no_password or shut_out else secrets.token_urlsafe(15)
        if people.get(name) is None:
            if shut_out:
                raise UsageError(f"there is nobody of the name {name[:64]!r}")
            people.add(name, password, role, default_actor())
        else:
            people.change(name, role, not shut_out, default_actor())
            if password is not None:
                people.set_password(name, password, default_actor())
    if as_json:
        print_json({"name": name, "role": role, "active": not shut_out, "password": password})
    else:
        shown = f", password: {password}  (shown once)" if password else ""
        out.print(f"{escape(name)}: {'shut out' if shut_out else role}{shown}", highlight=False)


def _told(store: Store, temporal: str | None, registry: Path | None) -> "Callable[[Decided], None] | None":
    """Who hears of decisions: the workflows that wait for them, where a Temporal server is named."""
    if temporal is None:
        return None
    from runtime.durable.telling import place_of_server, tell_waiting

    where = place_of_server(temporal)

    def tell(decided: "Decided") -> None:
        tell_waiting(store, decided.item, where, registry)

    return tell


def _check(host: str, secure: bool, cert: Path | None, key: Path | None) -> None:
    """Passwords and documents must not cross a network in the clear."""
    if (cert is None) != (key is None):
        raise UsageError("HTTPS needs both --tls-cert and --tls-key")
    for path in (cert, key):
        if path is not None and not path.is_file():
            raise UsageError(f"{path}: no such file")
    if not secure and not _is_loopback(host):
        raise UsageError(f"{host} is reached over the network: add --tls-cert and --tls-key, or --behind-tls")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _first_admin(people: Users, name: str, proxy: bool) -> tuple[str, str | None] | None:
    """Make an admin where there is nobody at all; the name and password, None where someone is there."""
    if people.all():
        return None
    password = None if proxy else secrets.token_urlsafe(15)
    people.add(name, password, "admin", default_actor())
    return name, password


def _run(page: "Starlette", host: str, port: int, cert: Path | None, key: Path | None) -> None:
    """One process; headers that name another client are not believed, see `Settings.proxies`."""
    import uvicorn

    try:
        uvicorn.run(
            page,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=15,
            limit_concurrency=200,
            ssl_certfile=cert,
            ssl_keyfile=key,
        )
    except SystemExit as ended:
        err.print(f"[red]error:[/] {host}:{port} cannot be listened on; name another --port", highlight=False)
        raise typer.Exit(1) from ended
