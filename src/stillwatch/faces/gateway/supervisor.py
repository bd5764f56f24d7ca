"""Serve with several worker processes: start them, start again what dies, hand on what operators say.

    supervise(settings, 4, say, run)

The workers are forked before anything runs in this process but itself, and inherit the sockets, the memory of budgets
and bonds, and a folder for their metrics: see `faces.gateway.bind_sockets`, `guard.shared_arrays`,
`faces.gateway.worker_board`. Each writes what it denied to the state by itself (SQLite takes turns), so that one that
is killed loses its own last second and nobody else's. Where this process is killed the workers drain and end.

SIGTERM and SIGINT drain all, a second one ends them at once; SIGHUP reaches all.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import StillwatchError
from stillwatch.faces.gateway.bind_sockets import bind_sockets
from stillwatch.faces.gateway.shared_listener import NOBODY
from stillwatch.faces.gateway.tell_supervisor import tell_supervisor
from stillwatch.faces.gateway.worker import Worker
from stillwatch.faces.gateway.worker_board import WorkerBoard
from stillwatch.guard.guard_memory import shared_memories
from stillwatch.guard.shared_arrays import SharedArrays
from stillwatch.service.guarding.follow_policy import policy_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.service.guarding.serve_settings import ServeSettings

    Run = Callable[[Worker, Callable[[str], None]], None]

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_LOOK_S: Final = 0.1
_LONGEST_WAIT_S: Final = 5.0
"""Before a worker is started that dies again and again."""
_STEADY_S: Final = 10.0
"""One that has lived so long is started again at once."""
_GRACE_S: Final = 5.0
"""Beyond the time to drain, before what is left is killed."""
_COULD_NOT_START: Final = 2


@dataclass(slots=True)
class _Place:
    """Of one worker, whichever process fills it."""

    process: int = 0
    """0 = none does."""
    started_at: float = 0.0
    starts_at: float = 0.0
    deaths: int = 0
    """In a row, each soon after its start."""


def supervise(settings: ServeSettings, count: int, say: Callable[[str], None], run: Run) -> int:
    """Serve until a signal ends it; give the exit status.

    Args:
        settings: Of the server.
        count: Workers.
        say: Told in a sentence what an operator may want to know.
        run: Serves in a worker's process, until it is told to stop.

    Raises:
        InputError: The policy cannot be read.
        SettingsError: It is none, or an address cannot be had.
    """
    policy_at(settings.guard.policy)
    sockets = bind_sockets(settings.listen, settings.proxy)
    for bound in (*sockets.tcp, *sockets.proxy):
        say("listening on {}:{}".format(*bound.getsockname()[:2]))
    if sockets.at is not None:
        say(f"listening at {settings.listen.socket}")
    lifeline, held = os.pipe()
    with TemporaryDirectory(prefix="stillwatch-workers-") as folder:
        board = WorkerBoard(Path(folder), count)
        shared = SharedArrays()
        loads, proxy_loads = shared.take("I", count), shared.take("I", count)
        workers = [
            Worker(
                number=number,
                memory=memory,
                sockets=sockets,
                board=board,
                loads=loads,
                proxy_loads=proxy_loads,
                lifeline=lifeline,
            )
            for number, memory in enumerate(shared_memories(count))
        ]
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            return _Supervisor(workers, board, held, say, run, settings.listen.drain_s).live()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


class _Supervisor:
    def __init__(  # noqa: PLR0913, PLR0917  # made in one place
        self,
        workers: list[Worker],
        board: WorkerBoard,
        held: int,
        say: Callable[[str], None],
        run: Run,
        drain_s: float,
    ) -> None:
        self._workers, self._board, self._held, self._say, self._run = workers, board, held, say, run
        self._drain_s = drain_s
        self._places = [_Place() for _ in workers]
        self._restarts = 0
        self._is_ready = False

    def live(self) -> int:
        self._board.post_restarts(0)
        while True:
            now = time.monotonic()
            for number, place in enumerate(self._places):
                if not place.process and now >= place.starts_at:
                    self._start(number)
            told = signal.sigtimedwait(_SIGNALS, _LOOK_S)
            if told is not None and told.si_signo in (signal.SIGTERM, signal.SIGINT):
                return self._drain(0)
            if told is not None and told.si_signo == signal.SIGHUP:
                self._hand_on(signal.SIGHUP)
            for number, status in self._ended():
                if not self._is_ready and not self._board.is_up(number):
                    self._say(f"worker {number} could not start")
                    return self._drain(_COULD_NOT_START)
                self._replace(number, status)
            self._look_whether_ready()

    def _start(self, number: int) -> None:
        self._set_load(number, 0)
        process = os.fork()
        if process == 0:
            os._exit(self._serve(self._workers[number]))
        self._places[number].process = process
        self._places[number].started_at = time.monotonic()

    def _serve(self, worker: Worker) -> int:
        """In the worker's own process: nothing but its exit may leave here."""
        os.close(self._held)
        os.setpgid(0, 0)  # what a terminal says to all of its processes would come twice
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until it has read its files, which it is about to
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

        def say(sentence: str) -> None:
            self._say(f"worker {worker.number}: {sentence}")

        try:
            self._run(worker, say)
        except StillwatchError as error:
            say(f"error: {error}")
            return _COULD_NOT_START
        except BaseException:  # noqa: BLE001  # the process ends here, whatever it was
            traceback.print_exc()
            return 1
        finally:
            sys.stderr.flush()
        return 0

    def _ended(self) -> list[tuple[int, int]]:
        """Number and wait status of each worker that has ended since."""
        found = []
        for number, place in enumerate(self._places):
            if place.process:
                process, status = os.waitpid(place.process, os.WNOHANG)
                if process:
                    place.process = 0
                    found.append((number, status))
        return found

    def _replace(self, number: int, status: int) -> None:
        place = self._places[number]
        now = time.monotonic()
        place.deaths = place.deaths + 1 if now - place.started_at < _STEADY_S else 0
        wait_s = min(_LONGEST_WAIT_S, _LOOK_S * 2**place.deaths) if place.deaths > 1 else 0.0
        place.starts_at = now + wait_s
        self._restarts += 1
        self._board.forget(number)
        self._set_load(number, NOBODY)  # lest the others wait for it to take its part
        self._board.post_restarts(self._restarts)
        code = os.waitstatus_to_exitcode(status)
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        self._say(f"worker {number} {how}; another takes its place" + (f" in {wait_s:.1f} s" if wait_s else ""))

    def _set_load(self, number: int, load: int) -> None:
        worker = self._workers[number]
        worker.loads[number] = worker.proxy_loads[number] = load

    def _look_whether_ready(self) -> None:
        if not self._is_ready and all(self._board.is_up(number) for number in range(len(self._places))):
            self._is_ready = True
            self._say(f"{len(self._places)} workers serve")
            tell_supervisor("READY=1", os.environ)

    def _hand_on(self, told: signal.Signals) -> None:
        for place in self._places:
            if place.process:
                os.kill(place.process, told)

    def _drain(self, code: int) -> int:
        """Let all end what is under way; a second signal, or time, ends them at once."""
        tell_supervisor("STOPPING=1", os.environ)
        self._say("draining")
        self._hand_on(signal.SIGTERM)
        ends_at = time.monotonic() + self._drain_s + _GRACE_S
        while any(place.process for place in self._places):
            told = signal.sigtimedwait(_SIGNALS, _LOOK_S)
            if told is not None and told.si_signo in (signal.SIGTERM, signal.SIGINT):
                self._hand_on(signal.SIGTERM)
            if time.monotonic() > ends_at:
                self._hand_on(signal.SIGKILL)
            self._ended()
        self._say("all workers have stopped")
        return code
