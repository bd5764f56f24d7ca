"""Ask the holder of an epoch's key over HTTP.

ask = HolderLine(token, authority=None)
ask(holder, epoch_id, elements)         # an Answer, whose proof `intel.oprf.finalise` checks

The token goes out over TLS, or to this machine; redirections are refused, since they would carry it elsewhere.
"""

from __future__ import annotations

import http.client
import ssl
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import orjson

from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.intel.oprf import Answer
from stillwatch.intel.oprf_proof import PROOF_BYTES
from stillwatch.intel.ristretto import POINT_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stillwatch.intel.match_epoch import Holder

_LOOPBACK: Final = frozenset(("localhost", "127.0.0.1", "::1"))
_MOST_SAID: Final = 4_096
_MEND: Final = {
    401: "give the token that the hub gave you",
    404: "ask the hub for the file of an epoch that goes on",
    410: "ask the hub for the file of the next epoch",
    429: "wait for the next epoch, or ask the hub for a larger quota",
}


class HolderLine:
    """Asks with the token of a member.

    Args:
        token: As the hub gave it.
        authority: Certificates (PEM) to believe in, where the holder's is of no public authority.
        timeout_s: For one batch.
    """

    def __init__(self, token: str, *, authority: Path | None = None, timeout_s: float = 60.0) -> None:
        if not token.isascii() or not token.isprintable() or not token:
            raise SettingsError("no token of a member", mend="give what the hub printed when it took you in")
        self._token, self._timeout_s = token, timeout_s
        self._tls = ssl.create_default_context(cafile=str(authority) if authority else None)

    def __call__(self, holder: Holder, epoch_id: str, elements: Sequence[bytes]) -> Answer:
        """Ask about elements.

        Raises:
            PeerError: The holder does not answer, or refuses; with its reason.
            SettingsError: Its address is none that a token is sent to.
        """
        parts = urlsplit(holder.url)
        is_here = parts.hostname in _LOOPBACK
        if parts.scheme not in ("https", "http") or not parts.hostname or (parts.scheme == "http" and not is_here):
            raise SettingsError("a holder is asked over https", where=holder.url, mend="mend the epoch's file")
        line: http.client.HTTPConnection
        if parts.scheme == "https":
            line = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=self._timeout_s, context=self._tls)
        else:
            line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=self._timeout_s)
        path = f"{parts.path.rstrip('/')}/{epoch_id}/evaluate"
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/octet-stream"}
        try:
            line.request("POST", path, b"".join(elements), headers)
            return _answer(line.getresponse(), len(elements), holder.url)
        except (OSError, http.client.HTTPException) as error:
            mend = "is it running, and does the epoch's file name it rightly?"
            raise PeerError(f"the holder does not answer: {error}", where=holder.url, mend=mend) from error
        finally:
            line.close()


def _answer(reply: http.client.HTTPResponse, count: int, where: str) -> Answer:
    if reply.status != http.client.OK:
        mend = _MEND.get(reply.status, "ask whoever runs the hub")
        raise PeerError(f"the holder refuses: {reply.status} {_said(reply)}", where=where, mend=mend)
    wanted = count * POINT_BYTES + PROOF_BYTES
    body = reply.read(wanted + 1)
    if len(body) != wanted:
        raise PeerError("the holder's answer is of another length", where=where, mend="ask whoever runs the hub")
    elements = [body[place : place + POINT_BYTES] for place in range(0, count * POINT_BYTES, POINT_BYTES)]
    return Answer(elements, body[-PROOF_BYTES:])


def _said(reply: http.client.HTTPResponse) -> str:
    try:
        return str(orjson.loads(reply.read(_MOST_SAID))["error"])[:200]
    except (ValueError, KeyError, TypeError):
        return reply.reason
