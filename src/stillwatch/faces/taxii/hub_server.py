"""Run a hub until it is told to stop: push, and TAXII beside it, on one address.

asyncio.run(run_hub(settings, store=store, members=members, on_ready=print))
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import SettingsError
from stillwatch.faces.taxii.push import Push

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from stillwatch.service.sharing.hub_members import HubMembers
    from stillwatch.service.sharing.object_store import ObjectStore

    App = Callable[[Any, Any, Any], Awaitable[None]]

_GRACE_S: Final = 2
"""For what is being answered."""
_LOOK_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings:
    host: str = "127.0.0.1"
    port: int = 8443
    """0 = the system chooses."""
    certificate: Path | None = None
    """With its key: TLS; without, this machine alone may ask."""
    key: Path | None = None
    heartbeat_s: float = 5.0


class HubApp:
    """What is asked under /push/ goes to push, under /matching/ to private matching, all else to the other one."""

    def __init__(self, push: Push, other: App | None = None, *, matching: App | None = None) -> None:
        self._push, self._other, self._matching = push, other, matching

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http" and self._matching is not None and scope["path"].startswith("/matching/"):
            await self._matching(scope, receive, send)
        elif scope["type"] == "http" and (self._other is None or scope["path"].startswith("/push/")):
            await self._push(scope, receive, send)
        elif self._other is not None:
            await self._other(scope, receive, send)


async def run_hub(  # noqa: PLR0913  # the world enters as arguments
    settings: HubSettings,
    *,
    store: ObjectStore,
    members: HubMembers,
    on_ready: Callable[[int], None],
    other: App | None = None,
    matching: App | None = None,
) -> None:
    """Listen until SIGINT or SIGTERM; `on_ready` is told the port.

    Raises:
        SettingsError: The address cannot be had, uvicorn is not installed, or tokens would be sent in clear.
    """
    if settings.certificate is None and settings.host not in ("127.0.0.1", "localhost", "::1"):
        mend = "name --certificate and --key, or listen on 127.0.0.1 behind a proxy that speaks TLS"
        raise SettingsError("members' tokens would be sent in clear", where=settings.host, mend=mend)
    uvicorn = _uvicorn()
    push = Push(store, members, heartbeat_s=settings.heartbeat_s)
    config = uvicorn.Config(
        HubApp(push, other, matching=matching),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        ssl_certfile=str(settings.certificate) if settings.certificate else None,
        ssl_keyfile=str(settings.key) if settings.key else None,
    )
    server = uvicorn.Server(config)
    listener = _listener(settings)
    on_ready(listener.getsockname()[1])
    ends = asyncio.ensure_future(_end_streams(server, push))
    calls = asyncio.ensure_future(push.call_hooks())
    try:
        await server.serve(sockets=[listener])
    finally:
        ends.cancel()
        calls.cancel()
        await store.close()


async def _end_streams(server: Any, push: Push) -> None:
    """A stream would outlast the time that is given to what is under way."""
    while not server.should_exit:  # noqa: ASYNC110  # uvicorn has no event to wait for
        await asyncio.sleep(_LOOK_S)
    await push.close()


def _listener(settings: HubSettings) -> socket.socket:
    try:
        made = socket.create_server((settings.host, settings.port), backlog=1024)
    except OSError as error:
        where, mend = f"{settings.host}:{settings.port}", "stop what listens there, or choose another address"
        raise SettingsError(f"cannot listen: {error.strerror}", where=where, mend=mend) from error
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else an answer waits 40 ms for the client's word
    return made


def _uvicorn() -> Any:
    try:
        return import_module("uvicorn")
    except ImportError as error:
        raise SettingsError("a hub needs uvicorn", mend="pip install 'stillwatch[hub]'") from error


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
