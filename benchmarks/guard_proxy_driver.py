"""The proxy alone, in a process of its own: `python benchmarks/guard_proxy_driver.py PORT ENGINE LOOP RULES`.

LOOP is `asyncio` or `uvloop`. RULES is `plain` (a policy by standings, none of which holds for who asks) or `trims`
(log-probabilities are left out of every reply, so that each event is read).
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
import uuid

import uvloop

from bench_policy import THROTTLES, TRIMS
from stillwatch.core.identity import Identity
from stillwatch.faces.gateway.guard_point import GuardPoint
from stillwatch.faces.gateway.proxy import Proxy
from stillwatch.guard.budgets import Budgets
from stillwatch.guard.build_standings import build
from stillwatch.guard.decide import Guarded
from stillwatch.guard.guard import Guard
from stillwatch.guard.read_policy import read_policy
from stillwatch.guard.standings import Standings


async def main() -> None:
    _, port, engine, _, rules = sys.argv
    policy = read_policy(THROTTLES + (TRIMS if rules == "trims" else ""), "policy.toml")
    guarded = Guarded(policy, Standings(build([], seed=1)), Budgets())
    guard = Guard(guarded, new_id=lambda: uuid.uuid4().hex)
    point = GuardPoint(guard=guard, identity=Identity(), clock=time.time)
    await Proxy(point, engine).listen("127.0.0.1", int(port))
    gc.freeze()  # as `stillwatch serve` does
    await asyncio.Event().wait()


if __name__ == "__main__":
    (uvloop.run if sys.argv[3] == "uvloop" else asyncio.run)(main())
