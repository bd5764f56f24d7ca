"""What a scan is told when it is told nothing."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from stillwatch.service.settings import ScanSettings


def test_a_store_is_all_that_must_be_said() -> None:
    settings = ScanSettings(store=Path("store"))
    assert (settings.logs, settings.content, settings.unit, settings.fdr, settings.is_strict) == (
        (),
        None,
        None,
        0.01,
        False,
    )


def test_settings_do_not_change_after_reading() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ScanSettings(store=Path("store")).seed = 8  # type: ignore[misc]  # the point of the test
