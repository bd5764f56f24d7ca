from __future__ import annotations

from dataclasses import asdict

from small_bench import SIZES, small_settings
from stillwatch.service.distil.distil_settings import told_settings


def test_what_is_tried_may_change_and_what_is_learned_may_not(tmp_path):
    told = told_settings(small_settings(tmp_path, seed=3))
    assert told == {"seed": 3, "text": "invented", "sizes": asdict(SIZES)}
    assert told_settings(small_settings(tmp_path, seed=3, shares=(5,), variants=("green",))) == told
    text = tmp_path / "text"
    text.write_text("other text")
    assert told_settings(small_settings(tmp_path, seed=3, text=text)) != told
