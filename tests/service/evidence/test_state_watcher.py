from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from stillwatch.service.evidence.state_watcher import StateWatcher, watch_command

if TYPE_CHECKING:
    from collections.abc import Callable

_ECHO = "import sys; sys.stdin.read(); open(sys.argv[1], 'a').write('ended in order\\n')"
_FAIL = "import sys; sys.exit(7)"


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _watcher(folder: Path, script: str, clock: Callable[[], float]) -> StateWatcher:
    def command(evidence: Path, state: Path) -> list[str]:
        assert (evidence, state) == (Path("e"), Path("guard.db"))
        return [sys.executable, "-c", script, str(folder / "said")]

    return StateWatcher(Path("e"), Path("guard.db"), clock=clock, command=command)


def _look_until(watcher: StateWatcher, question: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not question():
        watcher.look()
        assert time.monotonic() < until
        time.sleep(0.01)


def test_it_is_ended_with_the_guard_and_may_finish(tmp_path: Path) -> None:
    watcher = _watcher(tmp_path, _ECHO, _Clock())
    watcher.look()
    assert watcher.trouble == ""
    watcher.close()
    assert (tmp_path / "said").read_text() == "ended in order\n"
    watcher.close()


def test_one_that_ends_is_said_and_started_again_after_a_while(tmp_path: Path) -> None:
    clock = _Clock()
    watcher = _watcher(tmp_path, _FAIL, clock)
    _look_until(watcher, lambda: watcher.trouble.endswith("ended with 7"))
    watcher.look()
    assert watcher.trouble
    clock.now = 11.0
    watcher.look()
    assert watcher.trouble == ""
    watcher.close()


def test_one_that_is_killed_is_replaced(tmp_path: Path) -> None:
    clock = _Clock()
    watcher = _watcher(tmp_path, _ECHO, clock)
    watcher.look()
    assert watcher._process is not None
    watcher._process.send_signal(signal.SIGKILL)
    _look_until(watcher, lambda: watcher.trouble.endswith("ended with -9"))
    clock.now = 11.0
    watcher.look()
    watcher.close()
    assert (tmp_path / "said").read_text() == "ended in order\n"


def test_what_cannot_be_started_is_said(tmp_path: Path) -> None:
    watcher = StateWatcher(tmp_path, tmp_path, clock=_Clock(), command=lambda *_: [str(tmp_path / "none")])
    watcher.look()
    assert "No such file" in watcher.trouble
    watcher.close()


def test_what_is_run_is_a_command_of_ours() -> None:
    command = watch_command(Path("e"), Path("guard.db"))
    assert command[1:] == ["-m", "stillwatch", "log", "watch", "guard.db", "--log", "e", "--while-piped"]
