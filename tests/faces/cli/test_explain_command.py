from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from click.testing import CliRunner
from explanation_factory import explanation

from stillwatch.faces.cli.explain_command import explain_command
from stillwatch.service.settings import ON_DUCKDB


def test_campaign_and_account_reach_the_service_and_json_is_json(tmp_path, monkeypatch):
    asked = []

    def remember(*arguments, **options):
        asked.append((arguments, options))
        return explanation("acct-1")

    monkeypatch.setattr("stillwatch.faces.cli.explain_command.explain", remember)
    arguments = ["c-1", "acct-1", "--out", str(tmp_path), "--store", str(tmp_path)]
    told = json.loads(CliRunner().invoke(explain_command, [*arguments, "--json"]).output)
    assert (told["campaign_id"], told["shown"][0]["at"]) == ("c-1", "2026-03-01T12:00:00Z")
    assert asked == [((tmp_path, "c-1"), {"account_id": "acct-1", "store": tmp_path, "engine": ON_DUCKDB})]
    assert "STANDING" in CliRunner().invoke(explain_command, arguments).output
