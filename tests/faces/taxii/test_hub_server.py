"""Where a hub listens, and where it does not."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.faces.taxii.hub_server import HubApp, HubSettings, run_hub
from stillwatch.faces.taxii.push import Push
from stillwatch.service.sharing.hub_members import HubMembers
from stillwatch.service.sharing.sqlite_objects import SqliteObjects

if TYPE_CHECKING:
    from pathlib import Path


def test_tokens_are_never_sent_in_clear_over_a_network(tmp_path: Path) -> None:
    members = HubMembers(tmp_path / "hub.db", clock=lambda: 1.0)
    store = SqliteObjects(tmp_path / "objects.db", clock=lambda: 1.0)

    async def run(settings: HubSettings) -> None:
        await run_hub(settings, store=store, members=members, on_ready=print)

    with pytest.raises(SettingsError, match="sent in clear"):
        asyncio.run(run(HubSettings(host="0.0.0.0")))  # noqa: S104  # what is refused
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="cannot listen"):
        asyncio.run(run(HubSettings(port=taken.getsockname()[1])))
    asyncio.run(store.close())
    members.close()


def test_what_is_not_push_goes_to_the_other_applications(tmp_path: Path) -> None:
    members = HubMembers(tmp_path / "hub.db", clock=lambda: 1.0)
    asked: list[str] = []

    async def other(scope: Any, receive: Any, send: Any) -> None:
        del receive, send
        asked.append(scope["path"])

    async def matching(scope: Any, receive: Any, send: Any) -> None:
        del receive, send
        asked.append(f"matching {scope['path']}")

    async def run() -> list[Any]:
        store = SqliteObjects(tmp_path / "objects.db", clock=lambda: 1.0)
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        app = HubApp(Push(store, members), other, matching=matching)
        for path in ("/taxii2/", "/matching/epochs", "/push/status"):
            await app({"type": "http", "method": "GET", "path": path, "headers": []}, None, send)
        await store.close()
        return sent

    answered = asyncio.run(run())
    assert (asked, answered[0]["status"]) == (["/taxii2/", "matching /matching/epochs"], 401)
    members.close()
