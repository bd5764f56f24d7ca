"""Write down what waits when a foreign process ends, also where SIGTERM ends it.

    forget = at_process_end(close, hurry)

Python runs what `atexit` knows where a process ends by itself, and not where a signal ends it. uvicorn, which most
gateways in Python run on, ends by the SIGTERM that it was stopped with once it has answered what was under way, and
nothing tells a plug-in of that moment. So SIGTERM is listened to as well; whoever listened before is called after.
"""

from __future__ import annotations

import atexit
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


def at_process_end(close: Callable[[], None], hurry: Callable[[], None]) -> Callable[[], None]:
    """Have `close` called when this process ends; give what takes that back.

    Args:
        close: Writes down what waits, and ends.
        hurry: Called on SIGTERM where somebody else goes on after it: writes what waits, and what comes from then on at
            once, as nobody is asked again. Without a main thread to listen in, neither is called on signals.
    """
    atexit.register(close)
    forget_signal = _on_sigterm(close, hurry) if threading.current_thread() is threading.main_thread() else None

    def forget() -> None:
        atexit.unregister(close)
        if forget_signal is not None:
            forget_signal()

    return forget


def _on_sigterm(close: Callable[[], None], hurry: Callable[[], None]) -> Callable[[], None] | None:
    before, process = signal.getsignal(signal.SIGTERM), os.getpid()
    if before is None or before is signal.SIG_IGN:
        return None

    def end(number: int, frame: FrameType | None) -> None:
        is_ours = os.getpid() == process  # a process that was forked off has nothing of ours to write
        if callable(before):
            if is_ours:
                hurry()
            before(number, frame)
            return
        if is_ours:
            close()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)

    def forget() -> None:
        is_main = threading.current_thread() is threading.main_thread()
        if is_main and signal.getsignal(signal.SIGTERM) is end:
            signal.signal(signal.SIGTERM, before)

    return forget
