from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from stillwatch.faces.gateway.bind_sockets import Sockets
from stillwatch.faces.gateway.worker import Worker, live_as_one_of_several
from stillwatch.faces.gateway.worker_board import WorkerBoard
from stillwatch.guard.guard_memory import own_memory

if TYPE_CHECKING:
    from pathlib import Path


def test_a_worker_tells_what_it_counts_and_ends_when_nobody_is_left_to_end_it(tmp_path: Path) -> None:
    lifeline, held = os.pipe()
    board = WorkerBoard(tmp_path, 1)
    worker = Worker(
        number=0,
        memory=own_memory(),
        sockets=Sockets((), None, ()),
        board=board,
        loads=[0],
        proxy_loads=[0],
        lifeline=lifeline,
    )

    async def live() -> None:
        living = asyncio.create_task(live_as_one_of_several(worker, lambda: "m 1\n", asyncio.Event()))
        await asyncio.sleep(0.2)
        os.close(held)
        await asyncio.wait_for(living, 10)

    asyncio.run(live())
    os.close(lifeline)
    assert (tmp_path / "0.prom").read_text() == "m 1\n"
