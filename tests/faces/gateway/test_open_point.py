from __future__ import annotations

from typing import TYPE_CHECKING

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
    point, opened = open_point(environment={SETTINGS_VARIABLE: str(settings)})
    opened.close()
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
