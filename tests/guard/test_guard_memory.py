from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from forked import printed

from guard_rows import asked
from stillwatch.guard.guard_memory import own_memory

BOUND = """
import os
from stillwatch.core.request_facts import RequestFacts
from stillwatch.guard.guard_memory import shared_memories

one, other = shared_memories(2)
if not (worker := os.fork()):
    one.bonds.bind(RequestFacts("r", 0.0, account_id="a-1"), ["signed"])
    os._exit(0)
os.waitpid(worker, 0)
for account in ("a-1", "a-2"):
    facts = RequestFacts("r", 0.0, account_id=account, reasoning_in=("signed",))
    print([str(name) for name in other.bonds.foreign(facts)])
"""


def test_what_one_worker_hands_out_the_others_know() -> None:
    assert printed(BOUND).splitlines() == ["[]", "['account']"]


def test_a_guard_alone_knows_of_no_other() -> None:
    first, second = own_memory(), own_memory()
    first.bonds.bind(asked("a-1"), ["signed"])
    assert second.bonds.foreign(asked("a-2", reasoning_in=("signed",))) == ()
    assert first.moves_budgets
