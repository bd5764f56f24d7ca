"""What waits is written down whichever way a foreign process ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from stillwatch.faces.gateway.process_end import at_process_end

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGUN = """
import os, signal, sys
from stillwatch.faces.gateway.process_end import at_process_end
def said(word):
    return lambda *_: print(word, flush=True)
"""
OURS = "at_process_end(said('closed'), said('hurried'))"
KILL = "os.kill(os.getpid(), signal.SIGTERM)"
OTHER = "signal.signal(signal.SIGTERM, said('other'))"
IGNORED = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
FORK = "child = os.fork()"
IN_IT = f"child or {KILL}"
AWAIT = "print(os.waitpid(child, 0)[1], flush=True)"
WAYS: dict[str, tuple[tuple[str, ...], list[str], int]] = {
    "by itself": ((OURS,), ["closed"], 0),
    "told to forget": ((f"{OURS}()",), [], 0),
    "by the signal": ((OURS, KILL), ["closed"], -signal.SIGTERM),
    "by the signal, told to forget": ((f"{OURS}()", KILL), [], -signal.SIGTERM),
    "as who listened before says": ((OTHER, OURS, KILL), ["hurried", "other", "closed"], 0),
    "ignoring the signal": ((IGNORED, OURS, KILL), ["closed"], 0),
    "after a fork has": ((OURS, FORK, IN_IT, AWAIT), [str(int(signal.SIGTERM)), "closed"], 0),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_process_that_ends(way: str) -> None:
    lines, said, code = WAYS[way]
    program = "\n".join([BEGUN, *lines])
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert (ended.stdout.split(), ended.returncode) == (said, code), ended.stderr


@pytest.fixture
def own_signal() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("own_signal")
def test_a_thread_takes_no_signal_and_two_are_called_in_turn() -> None:
    called: list[str] = []
    before = signal.getsignal(signal.SIGTERM)
    forgets = []
    thread = threading.Thread(target=lambda: forgets.append(at_process_end(lambda: None, lambda: None)))
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is before
    signal.signal(signal.SIGTERM, lambda *_: called.append("other"))
    forgets.append(at_process_end(lambda: None, lambda: called.append("first")))
    forgets.append(at_process_end(lambda: None, lambda: called.append("second")))
    signal.raise_signal(signal.SIGTERM)
    assert called == ["second", "first", "other"]
    for forget in reversed(forgets):
        forget()
    called.clear()
    signal.raise_signal(signal.SIGTERM)
    assert called == ["other"]
