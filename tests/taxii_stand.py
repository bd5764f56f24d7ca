"""A server of TAXII for tests: two members, collections with different rights, in this process or as a real one."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

import uvicorn

from stillwatch.faces.taxii.app import TaxiiApp
from stillwatch.faces.taxii.tls_protocol import TlsProtocol
from stillwatch.service.sharing.keep_door import MembersDoor
from stillwatch.service.sharing.sqlite_objects import SqliteObjects
from stillwatch.service.sharing.taxii_settings import Collection, MemberEntry, TaxiiLimits, TaxiiListen, TaxiiSettings

if TYPE_CHECKING:
    from pathlib import Path

OPEN, READ_ONLY, WRITE_ONLY, SECRET = (str(UUID(int=0xC0 + number)) for number in range(4))
"""Ids of collections: what `lab-a` may do there."""
IDENTITY_A, IDENTITY_B = (f"identity--{UUID(int=0xA0 + number)}" for number in range(2))
TAXII = {"accept": "application/taxii+json;version=2.1", "content-type": "application/taxii+json;version=2.1"}
_STARTS_WITHIN_S = 10.0


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def settings(**more: Any) -> TaxiiSettings:
    """Members lab-a and lab-b, whose secrets are `secret-a` and `secret-b`, and `warden`, who moderates."""
    usual: dict[str, Any] = {
        "store": "",
        "title": "Stand",
        "collections": tuple(
            Collection(id=one, title=title, alias=title.lower())
            for one, title in ((SECRET, "Secret"), (OPEN, "Open"), (READ_ONLY, "ReadOnly"), (WRITE_ONLY, "WriteOnly"))
        ),
        "members": (
            MemberEntry(
                name="lab-a",
                identity=IDENTITY_A,
                secrets_sha256=(sha256("secret-a"),),
                reading_secrets_sha256=(sha256("reading-a"),),
                certificates_sha256=("0" * 63 + "a",),
                reads=(OPEN, READ_ONLY),
                writes=(OPEN, WRITE_ONLY),
                ceiling="amber",
            ),
            MemberEntry(
                name="lab-b",
                identity=IDENTITY_B,
                secrets_sha256=(sha256("secret-b"),),
                reads=("*",),
                writes=("*",),
            ),
            MemberEntry(
                name="warden", secrets_sha256=(sha256("secret-w"),), reads=("*",), writes=("*",), moderates=("*",)
            ),
        ),
        "listen": TaxiiListen(),
        "limits": TaxiiLimits(),
    }
    return TaxiiSettings(**usual | more)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Stand:
    """The application without a network. Its clock stands still, so that pages can be told in whole.

    Args:
        folder: For the store.
        told: The settings.
        now: Seconds since 1970 UTC.
    """

    def __init__(self, folder: Path, told: TaxiiSettings | None = None, *, now: float = 1_000_000_000.0) -> None:
        self.now = now
        self.faults: list[str] = []
        self.store = SqliteObjects(folder / "objects.db", clock=lambda: self.now)
        numbers = count(1)
        told = told or settings()
        self.app = TaxiiApp(
            told,
            self.store,
            MembersDoor(told),
            clock=lambda: self.now,
            new_id=lambda: str(UUID(int=next(numbers))),
            on_fault=self.faults.append,
        )
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run_until_complete(self.store.close())
        self._loop.close()

    def run(self, act: Any) -> Any:
        return self._loop.run_until_complete(act)

    def ask(  # noqa: PLR0913  # the usual of each part is enough
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        secret: str = "secret-a",
        headers: dict[str, str] | None = None,
        extensions: dict[str, Any] | None = None,
    ) -> Reply:
        """Ask as a member does; `body` is sent as it is where it is bytes, else as an envelope of objects."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps({"objects": body}).encode()
        named = {**TAXII, **({"authorization": f"Bearer {secret}"} if secret else {}), **(headers or {})}
        named.setdefault("content-length", str(len(data)))
        raw, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": raw,
            "raw_path": raw.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in named.items()],
            "extensions": extensions,
        }
        return self.run(self._asked(scope, data))

    async def _asked(self, scope: dict[str, Any], data: bytes) -> Reply:
        parts = [data[start : start + 50_000] for start in range(0, len(data), 50_000)] or [b""]
        messages = iter(
            {"type": "http.request", "body": part, "more_body": place < len(parts) - 1}
            for place, part in enumerate(parts)
        )
        sent: list[Any] = []

        async def receive() -> Any:
            return next(messages, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        named = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Reply(sent[0]["status"], named, b"".join(message["body"] for message in sent[1:]))


def path_of(collection: str, rest: str = "objects/") -> str:
    return f"/intel/collections/{collection}/{rest}"


class RunningStand(Stand):
    """The same on a port, by uvicorn in a thread."""

    def __init__(self, folder: Path, told: TaxiiSettings | None = None, **uvicorn_options: Any) -> None:
        super().__init__(folder, told, now=time.time())
        self._scheme = "https" if uvicorn_options else "http"
        config = uvicorn.Config(
            self.app, port=0, http=TlsProtocol, lifespan="off", log_level="error", **uvicorn_options
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def url(self) -> str:
        return f"{self._scheme}://localhost:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        until = time.monotonic() + _STARTS_WITHIN_S
        while not self._server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        super().__exit__()
