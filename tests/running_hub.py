"""A hub that runs in a thread of the test's process, on a port of its own."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import uvicorn

from received_rows import LAB_A, LAB_B
from stillwatch.faces.taxii.app import TaxiiApp
from stillwatch.faces.taxii.hub_server import HubApp, _end_streams
from stillwatch.faces.taxii.push import Push
from stillwatch.service.sharing.hub_door import HubDoor, hub_collections
from stillwatch.service.sharing.hub_members import HubMembers, HubRole
from stillwatch.service.sharing.sqlite_objects import SqliteObjects

if TYPE_CHECKING:
    from pathlib import Path


class RunningHub:
    """Lab A publishes, lab B reads; a hub that is started again in the same folder is the same hub."""

    def __init__(self, folder: Path, *, heartbeat_s: float = 0.2) -> None:
        self._folder, self._heartbeat_s = folder, heartbeat_s
        self.members = HubMembers(folder / "hub.db", clock=time.time)
        self.tokens: dict[str, str] = {}
        self.port = 0
        self._server: Any = None
        self._thread: threading.Thread | None = None

    def add(self) -> RunningHub:
        for name, identity, role in (("lab-a", LAB_A, HubRole.TRUSTED), ("lab-b", LAB_B, HubRole.READER)):
            self.tokens[name] = self.members.add(name, identity, role, by="Ada")
        return self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> RunningHub:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(10)

    async def _run(self, ready: threading.Event) -> None:
        members = HubMembers(self._folder / "hub.db", clock=time.time)
        store = SqliteObjects(self._folder / "objects.db", clock=time.time)
        push = Push(store, members, heartbeat_s=self._heartbeat_s)
        door = HubDoor(members)
        taxii = TaxiiApp(hub_collections(), store, door, clock=time.time, new_id=lambda: str(uuid.uuid4()))
        config = uvicorn.Config(
            HubApp(push, taxii), port=self.port, log_level="error", access_log=False, timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        serving = asyncio.ensure_future(self._server.serve())
        ending = asyncio.ensure_future(_end_streams(self._server, push))
        while not self._server.started:  # noqa: ASYNC110  # uvicorn has no event to wait for
            await asyncio.sleep(0.005)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        ready.set()
        await serving
        ending.cancel()
        await store.close()
        members.close()
