"""Talk to a hub: send a bundle, follow what is shared, say what was taken in.

hub = HubClient("https://hub.example", token)
hub.send(bundle)
for batch in hub.batches(after="17"):
    if batch is not None:
        hub.acknowledge(batch.position)

Standard library alone; blocking, for a thread or a process of its own. A line that says nothing for three times the
hub's sign of life is dead, and the caller connects anew from where it was.
"""

from __future__ import annotations

import http.client
import ssl
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import orjson

from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.service.sharing.take_stream import StreamBatch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SILENCE_S: Final = 15.0
_LONGEST_LINE: Final = 256 << 20
_DATA: Final = b"data: "
_USER_AGENT: Final = "stillwatch"


class Sent(NamedTuple):
    is_shared: bool
    """False: it waits for a moderator."""
    new: int
    seq: int
    refused: tuple[tuple[str, str], ...]
    """(id, why)."""


class HubClient:
    """One member's line to a hub.

    Args:
        url: `https://…`, or `http://…` to this machine alone.
        token: The member's.
        authorities: File of certificates to trust in place of the system's.
        silence_s: After so long without a sign of life a line is dead.

    Raises:
        SettingsError: The address is none, or would show the token to whoever listens.
    """

    def __init__(self, url: str, token: str, *, authorities: Path | None = None, silence_s: float = _SILENCE_S) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError("this is no address of a hub", where=url, mend="write https://hub.example")
        if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
            raise SettingsError("a token is not sent in clear", where=url, mend="write https://…")
        self._host, self._port, self._base = parts.hostname, parts.port, parts.path.rstrip("/")
        self._tls = None
        if parts.scheme == "https":
            self._tls = ssl.create_default_context(cafile=str(authorities) if authorities else None)
        self._where, self._silence_s = url, silence_s
        self._headers = {"authorization": f"Bearer {token}", "user-agent": _USER_AGENT}

    def send(self, bundle: bytes) -> Sent:
        """Publish a bundle of STIX; gives what the hub made of it.

        Raises:
            PeerError: The hub cannot be reached, or refuses.
        """
        told = self._ask("POST", "/push/objects", bundle)
        refused = tuple((one["id"], one["why"]) for one in told["refused"])
        return Sent(told["is_shared"], told["new"], told["seq"], refused)

    def acknowledge(self, position: str) -> None:
        """Say that all up to there is taken in."""
        self._ask("POST", "/push/acks", orjson.dumps({"seq": int(position)}))

    def status(self) -> dict[str, Any]:
        """Who one is there, the last number, and what one has acknowledged."""
        return self._ask("GET", "/push/status")

    def batches(self, after: str) -> Iterator[StreamBatch | None]:
        """What is shared after a position, as it comes, and None as a sign of life; ends when the hub hangs up.

        Raises:
            PeerError: The hub cannot be reached, refuses, is silent, or says what is no event.
        """
        connection = self._connection()
        try:
            headers = {**self._headers, "accept": "text/event-stream", "last-event-id": after or "0"}
            connection.request("GET", f"{self._base}/push/events", headers=headers)
            answer = connection.getresponse()
            if answer.status != http.client.OK:
                raise _refusal(answer.status, answer.read(), self._where)
            while line := answer.readline(_LONGEST_LINE):
                if line.startswith(_DATA):
                    yield _batch(line[len(_DATA) :], self._where)
                elif line.startswith(b":"):
                    yield None
        except (OSError, http.client.HTTPException) as error:
            mend = "it is asked again; see that it runs and can be reached"
            raise PeerError(
                f"the hub is gone: {error or type(error).__name__}", where=self._where, mend=mend
            ) from error
        finally:
            connection.close()

    def _ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        connection = self._connection()
        try:
            headers = {**self._headers, "content-type": "application/json"}
            connection.request(method, f"{self._base}{path}", body, headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status not in (http.client.OK, http.client.ACCEPTED, http.client.UNPROCESSABLE_ENTITY):
                raise _refusal(answer.status, content, self._where)
            told: dict[str, Any] = orjson.loads(content)
        except (OSError, http.client.HTTPException, ValueError) as error:
            mend = "see that it runs and can be reached"
            raise PeerError(f"the hub does not answer: {error}", where=self._where, mend=mend) from error
        else:
            return told
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._tls is not None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._silence_s, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._silence_s)


def _batch(data: bytes, where: str) -> StreamBatch:
    try:
        told = orjson.loads(data)
        deleted = tuple((str(one["id"]), str(one["version"])) for one in told["deleted"])
        return StreamBatch(str(int(told["seq"])), tuple(told["objects"]), deleted, bool(told["has_more"]))
    except (ValueError, KeyError, TypeError) as error:
        mend = "see that the address is that of a hub of this version"
        raise PeerError("what came is no event of a hub", where=where, mend=mend) from error


def _refusal(status: int, content: bytes, where: str) -> PeerError:
    try:
        title = str(orjson.loads(content)["title"])
    except (ValueError, KeyError, TypeError):
        title = f"status {status}"
    return PeerError(f"the hub refuses: {title}", where=where, mend="see the token, and the member's role")
