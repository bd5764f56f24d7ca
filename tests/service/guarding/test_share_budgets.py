"""A guard shares its budgets where its settings say so."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from stillwatch.core.decision import Charge
from stillwatch.service.guarding.open_guard import open_guard
from stillwatch.service.guarding.serve_settings import ServeSettings, read_serve_settings
from stillwatch.service.guarding.share_budgets import share_budgets

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.service.guarding.open_guard import OpenGuard
    from valkey_server import ValkeyServer

_ONE = Charge(budget=77, interval_s=60.0, burst=5)


def settings(folder: Path, more: str = "") -> ServeSettings:
    (folder / "policy.toml").write_text('version = "1"')
    return read_serve_settings(f'policy = "policy.toml"\n{more}', folder / "guard.toml")


def opened(told: ServeSettings) -> OpenGuard:
    return open_guard(told.guard, clock=time.time, say=lambda _: None)


def test_without_a_server_a_guard_is_alone(tmp_path: Path) -> None:
    told = settings(tmp_path)
    assert share_budgets(told, opened(told), clock=time.time) is None


def test_what_one_guard_books_another_knows(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    told = settings(tmp_path, f'[valkey]\nurl = "{valkey_server.url}"\ninterval_s = 0.05')
    guards = [opened(told), opened(told)]
    syncs = [share_budgets(told, one, clock=time.time) for one in guards]
    both = [one.guard.guarded.budgets for one in guards]
    both[0].book(_ONE, at=time.time())
    until = time.monotonic() + 5
    while not both[1].whole_at(_ONE.budget) and time.monotonic() < until:
        time.sleep(0.02)
    assert both[1].whole_at(_ONE.budget) > time.time()
    assert "stillwatch_sync" in guards[0].metrics.text()
    for sync in syncs:
        assert sync is not None
        sync.close()
