"""The golden logs are those of the cases."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from stillwatch.logs.shelf import formats

GOLDEN = runpy.run_path(str(Path(__file__).with_name("golden_files.py")))


@pytest.mark.parametrize("declared", formats(), ids=lambda found: found.name)
def test_golden_log_is_fresh(declared: object) -> None:
    held = GOLDEN["golden_path"](declared).read_bytes()
    assert held == GOLDEN["golden_text"](declared), "refresh with: python tests/logs/formats/golden_files.py"
