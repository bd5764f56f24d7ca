"""The recipe becomes the settings of a scan; that its figures come out, the tests of `rerun_dossier` show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from exchange_log import quiet
from stillwatch.service.evidence import scan_keys
from stillwatch.service.evidence.rerun_recipe import Recipe

_BARE = {"fdr": 0.02, "seed": 11, "accounts": False, "authorised": False}


@pytest.mark.parametrize(
    ("changed", "files"),
    [
        ({}, (None, None)),
        ({"accounts": True}, ("accounts.parquet", None)),
        ({"accounts": True, "authorised": True}, ("accounts.parquet", "authorised.toml")),
    ],
)
def test_settings_are_those_of_the_recipe(tmp_path, monkeypatch, changed, files):
    asked = []
    monkeypatch.setattr(scan_keys, "scan", lambda settings, **_: asked.append(settings))
    recipe = replace(Recipe(), settings=_BARE | changed)
    scan_keys.scan_keys(tmp_path, recipe, clock=lambda: datetime.now(UTC), progress=quiet)
    (settings,) = asked
    assert (settings.store, settings.fdr, settings.seed, settings.logs) == (tmp_path, 0.02, 11, ())
    named = (settings.accounts, settings.authorised)
    assert tuple(one and one.name for one in named) == files
    assert not settings.keeps_summaries
