"""The process that answers gateways: opens the guard, listens, follows its files, and ends as operators expect.

SIGTERM and SIGINT drain: nothing new is taken, what is under way is answered, what waits is written down; a second one
ends at once. SIGHUP reads policy and standings now; a broken policy leaves the one before in force and is counted.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import time
from typing import TYPE_CHECKING

from stillwatch.faces.gateway.connection import ServerLimits
from stillwatch.faces.gateway.guard_point import GuardPoint
from stillwatch.faces.gateway.routes import routes
from stillwatch.faces.gateway.server import Server
from stillwatch.faces.gateway.server_metrics import server_metrics
from stillwatch.faces.gateway.tell_supervisor import tell_supervisor
from stillwatch.service.guard_sync import GuardSync, SyncSettings
from stillwatch.service.open_guard import open_guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.service.open_guard import OpenGuard
    from stillwatch.service.serve_settings import ServeSettings


async def guard_process(settings: ServeSettings, say: Callable[[str], None]) -> int:
    """Serve until a signal ends it; give how many connections had to be cut off.

    Raises:
        InputError: Policy or state cannot be read.
        SettingsError: The policy is none, or an address cannot be had.
    """
    opened = open_guard(settings.guard, clock=time.time, say=say)
    sync = _sync_of(settings, opened)
    try:
        return await _serve(settings, opened, say)
    finally:
        if sync is not None:
            sync.close()
        opened.close()


async def _serve(settings: ServeSettings, opened: OpenGuard, say: Callable[[str], None]) -> int:
    point = GuardPoint(guard=opened.guard, identity=settings.guard.identity, clock=time.time)
    opened.follow(point.look_up_in)
    server: Server
    server = Server(
        routes(
            point,
            not_ready=lambda: ("draining",) if server.is_draining else (),
            degraded=opened.trouble,
            metrics=lambda: server_metrics(server.counts, server.open_connections),
        ),
        _limits_of(settings),
        on_fault=lambda error: say(f"a request could not be answered: {type(error).__name__}: {error}"),
    )
    stopping = _on_signals(opened, say)
    await _listen(server, settings, say)
    gc.collect()
    gc.freeze()  # what is there now stays; collections need not walk it again
    tell_supervisor("READY=1", os.environ)
    await stopping.wait()
    tell_supervisor("STOPPING=1", os.environ)
    say("draining")
    stopping.clear()
    draining = asyncio.create_task(server.drain(settings.listen.drain_s))
    hurried = asyncio.create_task(stopping.wait())
    await asyncio.wait((draining, hurried), return_when=asyncio.FIRST_COMPLETED)
    hurried.cancel()
    cut_off = await draining if draining.done() else await server.drain(0.0)
    say(f"stopped; {server.counts.requests:,} requests answered, {cut_off} connections cut off")
    return cut_off


async def _listen(server: Server, settings: ServeSettings, say: Callable[[str], None]) -> None:
    listen = settings.listen
    if listen.port:
        port = await server.listen(listen.host, listen.port, is_shared=listen.shares_port)
        say(f"listening on {listen.host}:{port}")
    if listen.socket is not None:
        await server.listen_at(listen.socket, listen.socket_mode)
        say(f"listening at {listen.socket}")


def _on_signals(opened: OpenGuard, say: Callable[[str], None]) -> asyncio.Event:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()

    def reload() -> None:
        say("reading policy and standings again")
        opened.look_now()

    for end in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(end, stopping.set)
    loop.add_signal_handler(signal.SIGHUP, reload)
    return stopping


def _sync_of(settings: ServeSettings, opened: OpenGuard) -> GuardSync | None:
    valkey = settings.valkey
    if not valkey.url:
        return None
    sync = GuardSync(
        SyncSettings(
            url=valkey.url,
            prefix=valkey.prefix,
            interval_s=valkey.interval_s,
            timeout_s=valkey.timeout_s,
            standings=settings.guard.standings if valkey.takes_standings else None,
        ),
        opened.guard.guarded.budgets,
        clock=time.time,
    )
    sync.start()
    return sync


def _limits_of(settings: ServeSettings) -> ServerLimits:
    limits = settings.limits
    return ServerLimits(
        header_bytes=limits.header_bytes,
        body_bytes=limits.body_bytes,
        all_bodies_bytes=limits.all_bodies_bytes,
        request_s=limits.request_s,
        idle_s=limits.idle_s,
        connections=limits.connections,
    )
