from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from guard_rows import AT, row
from stillwatch.core.decision import Action
from stillwatch.core.errors import SettingsError
from stillwatch.core.request_facts import RequestFacts
from stillwatch.faces.gateway.open_point import SETTINGS_VARIABLE, open_point
from stillwatch.guard.build_standings import build

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """
version = "1"
mode = "enforce"
[[rule]]
name = "operators"
roles = ["operator"]
respond = "block"
"""


def test_the_environment_names_the_settings(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "policy.toml").write_text(POLICY)
    (tmp_path / "standings.bin").write_bytes(build([row("a-1")], seed=5))
    settings = tmp_path / "guard.toml"
    settings.write_text('policy = "policy.toml"\nstandings = "standings.bin"\n[identity]\naccount_header = "x-account"')
    point, _, metrics, close = open_point(environment={SETTINGS_VARIABLE: str(settings)})
    close()
    assert metrics is None
    assert point.identity.account_header == "x-account"
    assert point.check_body(RequestFacts("", AT, account_id="a-1"), {}).action is Action.BLOCK
    assert [(one.name, one.getMessage()) for one in caplog.records] == [
        ("stillwatch", "policy 1 is in force, mode enforce")
    ]


def test_a_guard_that_is_not_set_up_does_not_look_like_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no settings are named"):
        open_point(environment={})
    with pytest.raises(SettingsError, match="the settings cannot be read"):
        open_point(str(tmp_path / "guard.toml"))


def test_plug_ins_serve_their_metrics_each_worker_at_a_port_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(POLICY)
    settings = tmp_path / "guard.toml"
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    settings.write_text(f'policy = "policy.toml"\n[plug_in]\nmetrics = "127.0.0.1:{port}"')
    first, second = open_point(str(settings)), open_point(str(settings))
    try:
        assert first.metrics is not None
        assert second.metrics is not None
        assert port <= first.metrics.port < second.metrics.port
        first.point.check_body(RequestFacts("", AT, account_id="a-1"), {})
        found = [
            urlopen(f"http://127.0.0.1:{one.metrics.port}/metrics").read().decode()  # ours
            for one in (first, second)
            if one.metrics
        ]
        counted = 'stillwatch_decisions_total{action="allow",reason="none",mode="enforce"} 1'
        assert [counted in text for text in found] == [True, False]
    finally:
        first.close()
        second.close()
