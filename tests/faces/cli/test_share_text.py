from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "intel"))
from shared_factory import campaign, indicator

from stillwatch.core.to_share import Stays, ToShare
from stillwatch.faces.cli.share_text import preview_lines
from stillwatch.intel.share_reasons import leaves_of


def test_many_of_a_kind_are_counted() -> None:
    many = campaign(indicators=tuple(map(indicator, range(9))))
    made = ToShare("c-1", many, leaves_of(many), (Stays("prompts", 1200, "never told"),))
    lines = list(preview_lines(made))
    assert sum(line.startswith("  indicator: account") for line in lines) == 5
    assert lines[-3].strip() == "… and 4 more of them; --json shows each"
    assert lines[-1].split() == ["1,200", "prompts:", "never", "told"]
