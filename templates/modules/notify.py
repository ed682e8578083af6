"""Notifications to people: mail, chat and webhooks through apprise, without the case's values.

    notifier = Notifier({"reviewers": ("mailtos://…", "slack://…")})
    notifier.send("reviewers", Notice("A case waits for review", "prior_auth_glp1", reference="9f2c…"))

A notice says which case and what kind of thing happened; the values stay in the record, behind its sign-in.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

import apprise
from tenacity import RetryError, Retrying, retry_if_result, stop_after_attempt, wait_exponential_jitter

from security.pii import find_pii
from templates.modules.health import Health, RefusedError, ServiceDownError

CHANNELS = frozenset(
    {"mailto", "mailtos", "slack", "msteams", "workflows", "mmost", "mmosts", "gchat", "json", "jsons"}
)
"""Kinds of addresses: mail, chat, and JSON webhooks."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened, in which workflow, and the id of the record (a hash, never a name)."""

    what: str
    workflow: str
    reference: str


class Notifier:
    """Groups of addresses by name. Raises RefusedError where an address is of no kind in `CHANNELS`."""

    def __init__(self, groups: Mapping[str, tuple[str, ...]], attempts: int = 3, timeout_s: float = 5.0) -> None:
        self._attempts = attempts
        self._groups = {name: [_channel(url, timeout_s) for url in urls] for name, urls in groups.items()}
        # The library logs addresses and bodies of what it could not deliver.
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)

    def send(self, group: str, notice: Notice) -> None:
        """Send to every address of the group; each is tried again by itself, so that none gets a notice twice.

        Raises RefusedError (no such group; personal data in it), ServiceDownError (how many addresses failed).
        """
        if group not in self._groups:
            raise RefusedError(f"notify: no group {group!r}; the groups are {', '.join(sorted(self._groups))}")
        kinds = sorted({span.type for span in find_pii(f"{notice.what}\n{notice.reference}")})
        if kinds:
            raise RefusedError(
                f"notify: the notice holds personal data ({', '.join(kinds)}); send the record's id alone"
            )
        failed = sum(not self._deliver(channel, notice) for channel in self._groups[group])
        if failed:
            raise ServiceDownError(f"notify: {failed} of {len(self._groups[group])} addresses were not reached")

    def health(self, group: str) -> Health:
        """Whether the group has addresses and a test notice reaches all of them."""
        start = time.perf_counter()
        try:
            self.send(group, Notice("Test of the notification channel", "health", "-"))
        except (RefusedError, ServiceDownError) as error:
            return Health(False, (time.perf_counter() - start) * 1000, type(error).__name__)
        return Health(bool(self._groups[group]), (time.perf_counter() - start) * 1000)

    def _deliver(self, channel: apprise.Apprise, notice: Notice) -> bool:
        body = f"{notice.what}\nWorkflow: {notice.workflow}\nRecord: {notice.reference}"
        try:
            return bool(
                Retrying(
                    stop=stop_after_attempt(self._attempts),
                    wait=wait_exponential_jitter(min=0.1, max=2.0),
                    retry=retry_if_result(lambda delivered: not delivered),
                )(channel.notify, body=body, title=notice.what)
            )
        except RetryError:
            return False


def _channel(url: str, timeout_s: float) -> apprise.Apprise:
    kind = url.partition("://")[0].lower()
    if kind not in CHANNELS:
        raise RefusedError(f"notify: addresses begin with one of {', '.join(sorted(CHANNELS))}")
    mark = "&" if "?" in url else "?"
    channel = apprise.Apprise()
    if not channel.add(f"{url}{mark}cto={timeout_s:g}&rto={timeout_s:g}"):
        raise RefusedError(f"notify: the {kind} address is not complete")
    return channel
