"""Post what is shared to members who would rather be called than listen.

hooks = WebHooks(store, members, clock=time.time)
hook = await hooks.add(member, "https://lab-b.example/hook")     # verified, or with what is the matter
await hooks.deliver(member, hook.number)                         # all that has come since, in order

An address is asked first whether it wants this: it must send back the challenge that it was sent. Each post is signed
(`hook_signature`) and holds what an event of the stream does; an answer of 2xx acknowledges it, and the next one begins
behind it. What is not acknowledged is posted again, so a member may see a thing twice and never misses one.
"""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
import secrets
import socket
import ssl
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import orjson

from stillwatch.core.errors import InputError
from stillwatch.service.sharing.hook_signature import SIGNATURE_HEADER, sign_hook
from stillwatch.service.sharing.hub_members import SHARED
from stillwatch.service.sharing.intel_state import writing
from stillwatch.service.sharing.object_store import Filters
from stillwatch.service.sharing.stream_event import body_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.service.sharing.hub_members import HubMembers, Member
    from stillwatch.service.sharing.object_store import ObjectStore

_PAGE: Final = 1000
_TIMEOUT_S: Final = 10.0
_MOST_HOOKS: Final = 8
"""Of one member."""
_LONGEST_ANSWER: Final = 65_536
_LONGEST_WAIT_S: Final = 300.0
_COLUMNS: Final = "SELECT hook, member, url, secret, seq, is_verified, failures, trouble, tried_at FROM hook"


class Hook(NamedTuple):
    number: int
    member: str
    url: str
    secret: str
    seq: int
    """The last number that was acknowledged."""
    is_verified: bool
    failures: int
    """In a row."""
    trouble: str
    """Of the last attempt; empty where it went well."""
    tried_at: float

    def may_try(self, now: float) -> bool:
        """Whether it is time: after each failure twice as long, up to five minutes."""
        wait_s: float = 0.0 if not self.failures else min(float(2**self.failures), _LONGEST_WAIT_S)
        return self.is_verified and now - self.tried_at >= wait_s


class WebHooks:
    """The hooks of a hub's members.

    Args:
        store: The hub's objects.
        members: Keeps the hooks, and what was acknowledged.
        clock: Seconds since 1970 UTC.
        may_reach: Whether a host may be posted to; without it those on the public internet, so that no member makes
            the hub ask what lies inside its own network.
    """

    def __init__(
        self,
        store: ObjectStore,
        members: HubMembers,
        *,
        clock: Callable[[], float],
        may_reach: Callable[[str], bool] | None = None,
    ) -> None:
        self._store, self._members, self._clock = store, members, clock
        self._may_reach = may_reach or _is_public

    def all(self, member: str = "") -> tuple[Hook, ...]:
        """The hooks of a member, or of everybody."""
        rows = self._members.connection.execute(f"{_COLUMNS} ORDER BY hook").fetchall()
        hooks = (Hook._make((*row[:5], bool(row[5]), *row[6:])) for row in rows)
        return tuple(one for one in hooks if member in ("", one.member))

    async def add(self, member: Member, url: str) -> Hook:
        """Take a hook in, and ask its address; it begins with what is shared from now on.

        Raises:
            InputError: The address is none, or would be posted to in clear, or the member has too many.
        """
        _refuse_unsafe(url)
        if len(self.all(member.name)) >= _MOST_HOOKS:
            raise InputError(f"{member.name} has {_MOST_HOOKS} hooks", mend="remove one first")
        values = (member.name, url, secrets.token_urlsafe(32), await self._store.last_seq())
        with writing(self._members.connection):
            self._members.connection.execute(
                "INSERT INTO hook (member, url, secret, seq, is_verified, failures, trouble, tried_at) "
                "VALUES (?, ?, ?, ?, 0, 0, 'not asked yet', 0) ON CONFLICT (member, url) DO UPDATE SET is_verified = 0",
                values,
            )
            self._members.note("hook_added", member.name, url, {})
        [hook] = [one for one in self.all(member.name) if one.url == url]
        return await self.verify(hook)

    async def verify(self, hook: Hook) -> Hook:
        """Ask an address whether it wants what is shared; what is the matter is kept, for its member to see."""
        challenge = secrets.token_urlsafe(24)
        trouble, answer = await self._post(hook, orjson.dumps({"challenge": challenge}))
        if not trouble and _challenge_in(answer) != challenge:
            trouble = 'it did not answer {"challenge": …} with what it was sent'
        return self._note(hook, seq=hook.seq, trouble=trouble, is_verified=not trouble)

    def remove(self, member: str, number: int) -> None:
        """Post there no more."""
        with writing(self._members.connection):
            self._members.connection.execute("DELETE FROM hook WHERE hook = ? AND member = ?", (number, member))

    async def deliver(self, member: Member, number: int) -> Hook:
        """Post all that has come since, page by page, until one is not acknowledged."""
        filters = Filters(versions=("all",), with_tombstones=True, ceiling=member.ceiling)
        [hook] = [one for one in self.all(member.name) if one.number == number]
        while True:
            page = await self._store.page(SHARED, hook.seq, filters, _PAGE)
            if not page.rows:
                return hook
            trouble, _ = await self._post(hook, body_of(page))
            seq = hook.seq if trouble else page.rows[-1].seq
            hook = self._note(hook, seq=seq, trouble=trouble, is_verified=hook.is_verified)
            if trouble:
                return hook
            self._members.acknowledge(member.name, SHARED, hook.seq)

    def _note(self, hook: Hook, *, seq: int, trouble: str, is_verified: bool) -> Hook:
        failures = hook.failures + 1 if trouble else 0
        after = hook._replace(
            seq=seq, trouble=trouble, failures=failures, is_verified=is_verified, tried_at=self._clock()
        )
        with writing(self._members.connection):
            self._members.connection.execute(
                "UPDATE hook SET seq = ?, is_verified = ?, failures = ?, trouble = ?, tried_at = ? WHERE hook = ?",
                (after.seq, after.is_verified, after.failures, after.trouble, after.tried_at, after.number),
            )
        return after

    async def _post(self, hook: Hook, body: bytes) -> tuple[str, bytes]:
        """What is the matter, and the answer."""
        headers = {
            "content-type": "application/json",
            SIGNATURE_HEADER: sign_hook(body, hook.secret, at=self._clock()),
        }
        if not await asyncio.to_thread(self._may_reach, urlsplit(hook.url).hostname or ""):
            return "it is not on the public internet", b""
        try:
            status, answer = await asyncio.to_thread(_posted, hook.url, body, headers)
        except (OSError, http.client.HTTPException) as error:
            return f"it cannot be reached: {error or type(error).__name__}", b""
        return ("" if 200 <= status < 300 else f"it answered {status}"), answer


def _posted(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_S, context=context)
    else:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)
    try:
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", target, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(_LONGEST_ANSWER)
    finally:
        connection.close()


def _refuse_unsafe(url: str) -> None:
    parts = urlsplit(url)
    is_here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or parts.scheme not in ("https", "http") or (parts.scheme == "http" and not is_here):
        raise InputError("a hook is reached over TLS", where=url[:200], mend="write https://…")


def _is_public(host: str) -> bool:
    try:
        found = {one[4][0] for one in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(str(one).partition("%")[0]).is_global for one in found)


def _challenge_in(answer: bytes) -> Any:
    try:
        return orjson.loads(answer)["challenge"]
    except (ValueError, KeyError, TypeError):
        return None
