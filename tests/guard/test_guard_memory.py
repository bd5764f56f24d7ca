from __future__ import annotations

import os

from guard_rows import asked
from stillwatch.core.request_facts import Foreign
from stillwatch.guard.guard_memory import own_memory, shared_memories


def test_what_one_worker_hands_out_the_others_know() -> None:
    one, other = shared_memories(2)
    process = os.fork()
    if process == 0:
        one.bonds.bind(asked("a-1"), ["signed"])
        os._exit(0)
    os.waitpid(process, 0)
    assert other.bonds.foreign(asked("a-2", reasoning_in=("signed",))) == (Foreign.ACCOUNT,)
    assert other.bonds.foreign(asked("a-1", reasoning_in=("signed",))) == ()
    assert own_memory().bonds.foreign(asked("a-2", reasoning_in=("signed",))) == ()
