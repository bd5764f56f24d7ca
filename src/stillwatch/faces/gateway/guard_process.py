"""The process that answers gateways: opens the guard, listens, follows its files, and ends as operators expect.

It may be one of several workers of one server (`faces.gateway.supervisor`), which share sockets, budgets and metrics.

SIGTERM and SIGINT drain: nothing new is taken, what is under way is answered, what waits is written down; a second one
ends at once. SIGHUP reads policy and standings now; a broken policy leaves the one before in force and is counted.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from stillwatch.core.errors import SettingsError
from stillwatch.faces.gateway.guard_point import Checked, point_of
from stillwatch.faces.gateway.proxy_limits import ProxyLimits
from stillwatch.faces.gateway.routes import routes
from stillwatch.faces.gateway.server import Server
from stillwatch.faces.gateway.server_metrics import server_metrics
from stillwatch.faces.gateway.shared_listener import Share
from stillwatch.faces.gateway.tell_supervisor import tell_supervisor
from stillwatch.faces.gateway.worker import live_as_one_of_several
from stillwatch.service.guarding.open_guard import open_guard
from stillwatch.service.guarding.share_budgets import share_budgets

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.faces.gateway.ext_proc import ExtProc
    from stillwatch.faces.gateway.guard_point import GuardPoint
    from stillwatch.faces.gateway.proxy import Proxy
    from stillwatch.faces.gateway.proxy_metrics import Outcome
    from stillwatch.faces.gateway.worker import Worker
    from stillwatch.service.guarding.open_guard import OpenGuard
    from stillwatch.service.guarding.serve_settings import ServeSettings


async def guard_process(settings: ServeSettings, say: Callable[[str], None], worker: Worker | None = None) -> int:
    """Serve until a signal ends it; give how many connections had to be cut off.

    Args:
        settings: Of the server.
        say: Told in a sentence what an operator may want to know.
        worker: Which one this is of several; None = it is alone.

    Raises:
        InputError: Policy or state cannot be read.
        SettingsError: The policy is none, or an address cannot be had.
    """
    memory = worker.memory if worker is not None else None
    guarded = settings.guard
    if worker is not None and worker.number:
        guarded = replace(guarded, evidence=None)  # the first of several notes what all of them deny
    opened = open_guard(guarded, clock=time.time, say=say, memory=memory)
    sync = share_budgets(settings, opened, clock=time.time)
    try:
        return await _serve(settings, opened, say, worker)
    finally:
        if sync is not None:
            sync.close()
        opened.close()


async def _serve(settings: ServeSettings, opened: OpenGuard, say: Callable[[str], None], worker: Worker | None) -> int:
    point = point_of(opened)
    opened.follow(point.look_up_in)
    proxy = await _proxy(settings, point, say, worker)
    server: Server

    def metrics() -> str:
        told = (opened.metrics.text(), server_metrics(server.counts, server.open_connections))
        return "".join((*told, proxy.metrics if proxy else ""))

    server = Server(
        routes(
            point,
            not_ready=lambda: ("draining",) if server.is_draining else (),
            degraded=lambda: (*opened.trouble(), *(worker.board.missing() if worker else ())),
            metrics=lambda: worker.board.metrics(worker.number, metrics()) if worker else metrics(),
        ),
        settings.limits,
        on_fault=_fault_to(say),
    )
    stopping = _on_signals(opened, say)
    if worker is not None:
        _take_over(server, worker)
    else:
        await _listen(server, settings, say)
    ext_proc = await _ext_proc(settings, point, say)
    gc.collect()
    gc.freeze()  # what is there now stays; collections need not walk it again
    if worker is not None:
        await live_as_one_of_several(worker, metrics, stopping)
    else:
        tell_supervisor("READY=1", os.environ)
        await stopping.wait()
        tell_supervisor("STOPPING=1", os.environ)
        say("draining")
    stopping.clear()
    if ext_proc is not None:
        await ext_proc.drain(settings.listen.drain_s)
    cut_off = await _drain(server, proxy, settings.listen.drain_s, stopping)
    say(f"stopped; {server.counts.requests:,} requests answered, {cut_off} connections cut off")
    return cut_off


async def _drain(server: Server, proxy: Proxy | None, grace_s: float, hurry: asyncio.Event) -> int:
    """End what is under way, in its time, or at once when a second signal asks for it."""
    hurried = asyncio.create_task(hurry.wait())
    ending = asyncio.create_task(_end(server, proxy, grace_s))
    await asyncio.wait((ending, hurried), return_when=asyncio.FIRST_COMPLETED)
    hurried.cancel()
    if ending.done():
        return ending.result()
    ending.cancel()
    with suppress(asyncio.CancelledError):
        await ending
    return await _end(server, proxy, 0.0)


async def _end(server: Server, proxy: Proxy | None, grace_s: float) -> int:
    async with asyncio.TaskGroup() as both:
        cut_off = both.create_task(server.drain(grace_s))
        if proxy is not None:
            both.create_task(proxy.drain(grace_s))
    return cut_off.result()


def _take_over(server: Server, worker: Worker) -> None:
    share = Share(worker.loads, worker.number, lambda: server.open_connections)
    for bound in (*worker.sockets.tcp, worker.sockets.at):
        if bound is not None:
            server.take_over(bound, share)


async def _listen(server: Server, settings: ServeSettings, say: Callable[[str], None]) -> None:
    listen = settings.listen
    if listen.port:
        port = await server.listen(listen.host, listen.port, is_shared=listen.shares_port)
        say(f"listening on {listen.host}:{port}")
    if listen.socket is not None:
        await server.listen_at(listen.socket, listen.socket_mode)
        say(f"listening at {listen.socket}")


async def _proxy(
    settings: ServeSettings, point: GuardPoint, say: Callable[[str], None], worker: Worker | None
) -> Proxy | None:
    proxy = settings.proxy
    if not proxy.engine:
        return None
    try:
        from stillwatch.faces.gateway.proxy import Proxy  # noqa: PLC0415  # aiohttp is large, and few need it
    except ModuleNotFoundError as error:
        mend = "pip install aiohttp"
        raise SettingsError(f"the proxy's libraries are not installed: {error.name}", mend=mend) from error
    limits = ProxyLimits(
        largest_body_bytes=proxy.body_bytes,
        head_s=proxy.head_s,
        body_s=proxy.body_s,
        engine_s=proxy.engine_s,
        most_connections=proxy.connections,
    )
    made = Proxy(point, proxy.engine, limits, on_exchange=_exchanges_to(point), on_fault=_fault_to(say))
    if worker is not None:
        share = Share(worker.proxy_loads, worker.number, lambda: made.open_connections)
        for bound in worker.sockets.proxy:
            made.take_over(bound, share)
        return made
    try:
        await made.listen(proxy.host, proxy.port, is_shared=settings.listen.shares_port)
    except OSError as error:
        where = f"{proxy.host}:{proxy.port}"
        mend = "stop what listens there, or choose another address"
        raise SettingsError(f"cannot listen: {error.strerror}", where=where, mend=mend) from error
    say(f"standing before {proxy.engine} on {proxy.host}:{proxy.port}")
    return made


def _exchanges_to(point: GuardPoint) -> Callable[[RequestFacts, Decision, Outcome], None]:
    def note(facts: RequestFacts, decision: Decision, outcome: Outcome) -> None:
        if outcome.asked is not None:
            checked = Checked(facts, decision)
            point.over(checked, outcome.asked, outcome.status, outcome.tokens, outcome.response_id)

    return note


async def _ext_proc(settings: ServeSettings, point: GuardPoint, say: Callable[[str], None]) -> ExtProc | None:
    address = settings.listen.ext_proc
    if not address:
        return None
    try:
        from stillwatch.faces.gateway.ext_proc import ExtProc  # noqa: PLC0415  # gRPC is large, and few need it
    except ModuleNotFoundError as error:
        mend = "pip install 'stillwatch[envoy]'"
        raise SettingsError(f"the libraries for ext_proc are not installed: {error.name}", mend=mend) from error
    made = ExtProc(point)
    await made.listen(address)
    say(f"processing for Envoy at {address}")
    return made


def _fault_to(say: Callable[[str], None]) -> Callable[[Exception], None]:
    return lambda error: say(f"a request could not be answered: {type(error).__name__}: {error}")


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
