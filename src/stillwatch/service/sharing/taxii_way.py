"""One HTTP connection to a server of TAXII: with credentials, bounded in size and time, and to no other server.

    way = TaxiiWay("https://hub.example/taxii2/", Credentials(secret="…"), WayLimits())
    answer = way.ask("GET", "https://hub.example/intel/")

A redirection within the server is followed; one that leads elsewhere is an error, since it would take the secret along.
Over plain HTTP a secret goes to this machine alone.
"""

from __future__ import annotations

import http.client
import ssl
import time
import zlib
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

import orjson

from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.core.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

MEDIA_TYPE: Final = "application/taxii+json;version=2.1"
_HERE: Final = ("127.0.0.1", "localhost", "::1")
_REDIRECTIONS: Final = (301, 302, 307, 308)
_MOST_REDIRECTIONS: Final = 3
_PART: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a client shows of itself; a secret, a certificate, or both."""

    user: str = ""
    """With a secret, basic authentication; without a user the secret is a bearer token."""
    secret: str = ""
    certificate: Path | None = None
    """PEM, with its key in it or in `key`."""
    key: Path | None = None
    authority: Path | None = None
    """PEM of who vouches for the server, in place of those that the system trusts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayLimits:
    timeout_s: float = 30.0
    """For a connection, and without a byte."""
    answer_s: float = 300.0
    """For a whole answer."""
    answer_bytes: int = 256 * 1024 * 1024
    """Unpacked."""


class TaxiiReply(NamedTuple):
    status: int
    headers: dict[str, str]
    """Names in lower case."""
    document: Any
    """Parsed JSON; None where there was no body."""


class TaxiiWay:
    """Not for several threads at once.

    Args:
        url: Of the server; others are asked for under it.
        shown: Credentials.
        limits: What an answer may cost.

    Raises:
        SettingsError: A file cannot be read, or a secret would travel in the clear.
    """

    def __init__(self, url: str, shown: Shown, limits: WayLimits | None = None) -> None:
        self._origin = _origin(urlsplit(url))
        self._headers = _credentials(shown)
        self._limits = limits or WayLimits()
        if self._origin[0] == "http" and shown.secret and self._origin[1] not in _HERE:
            raise SettingsError("the secret would be sent in the clear", where=url, mend="write https://")
        self._tls = _tls(shown) if self._origin[0] == "https" else None
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, method: str, url: str, body: bytes | None = None) -> TaxiiReply:
        """Ask for a resource of the server.

        Raises:
            PeerError: It cannot be reached, answers what is no TAXII, or too much.
        """
        for _ in range(_MOST_REDIRECTIONS):
            self._check(url)
            reply, location = self._asked(method, url, body)
            if not location:
                return reply
            url = urljoin(url, location)
        raise PeerError("redirected too often", where=url, mend="name the address that it leads to")

    def _check(self, url: str) -> None:
        if _origin(urlsplit(url)) != self._origin:
            mend = "name that server itself, with credentials that are meant for it"
            raise PeerError("this leads to another server", where=url, mend=mend)

    def _asked(self, method: str, url: str, body: bytes | None) -> tuple[TaxiiReply, str]:
        is_kept = self._connection is not None
        try:
            return self._exchange(method, url, body)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
            self.close()
            if not is_kept or method != "GET":
                raise PeerError(f"the server broke off: {error}", where=url, mend="try again") from error
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            self.close()
            raise PeerError(f"the server cannot be reached: {error}", where=url, mend="see that it runs") from error
        except PeerError:
            self.close()
            raise
        return self._asked(method, url, body)  # a connection that was idle may have ended; a new one has not

    def _exchange(self, method: str, url: str, body: bytes | None) -> tuple[TaxiiReply, str]:
        connection = self._connection = self._connection or self._connected()
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = self._headers | ({"Content-Type": MEDIA_TYPE} if body is not None else {})
        connection.request(method, target or "/", body=body, headers=headers)
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        data = self._read(response, named.get("content-encoding", ""), url)
        if response.status in _REDIRECTIONS and "location" in named:
            return TaxiiReply(response.status, named, None), named["location"]
        return TaxiiReply(response.status, named, _parsed(data, named, url)), ""

    def _connected(self) -> http.client.HTTPConnection:
        _, host, port = self._origin
        if self._tls is None:
            return http.client.HTTPConnection(host, port, timeout=self._limits.timeout_s)
        return http.client.HTTPSConnection(host, port, timeout=self._limits.timeout_s, context=self._tls)

    def _read(self, response: http.client.HTTPResponse, encoding: str, url: str) -> bytes:
        until = time.monotonic() + self._limits.answer_s
        unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding.lower() == "gzip" else None
        parts: list[bytes] = []
        room = self._limits.answer_bytes
        while part := response.read1(_PART):
            text = unpacked.decompress(part, room + 1) if unpacked else part
            room -= len(text)
            if room < 0 or time.monotonic() > until:
                raise PeerError("the answer is too long", where=url, mend="ask for smaller pages")
            parts.append(text)
        response.close()  # the connection is free for the next question
        return b"".join(parts)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{parts.geturl()!r} is no address of a server", mend="write https://…")
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _credentials(shown: Shown) -> dict[str, str]:
    headers = {"Accept": MEDIA_TYPE, "Accept-Encoding": "gzip", "User-Agent": f"stillwatch/{VERSION}"}
    if shown.user:
        headers["Authorization"] = "Basic " + b64encode(f"{shown.user}:{shown.secret}".encode()).decode()
    elif shown.secret:
        headers["Authorization"] = f"Bearer {shown.secret}"
    return headers


def _tls(shown: Shown) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(shown.authority) if shown.authority else None)
        if shown.certificate:
            context.load_cert_chain(shown.certificate, shown.key)
    except (OSError, ssl.SSLError) as error:
        where = str(shown.certificate or shown.authority)
        raise SettingsError(f"TLS cannot be set up: {error}", where=where, mend="name files in PEM") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _parsed(data: bytes, headers: dict[str, str], url: str) -> Any:
    if not data.strip():
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/taxii+json", "application/json"):
        raise PeerError(f"the answer is {kind or 'of no type'}, no TAXII", where=url, mend="name a server of TAXII 2.1")
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise PeerError(f"the answer is no JSON: {error}", where=url, mend="tell who runs the server") from error
