from __future__ import annotations

from stillwatch.faces.cli.distil_sections import canaries_lines, codebook_lines, defences_lines

ROW = {"contexts": 58, "matches": 52, "log10_p": -9.0, "adjusted_log10_p": -8.0, "loss": 3.123}


def test_a_codebook_has_a_row_for_each_test():
    row = ROW | {"student": "codebook-100", "marked_percent": 100, "tokens": 50_000, "decoys_below_05": 0.041}
    lines = list(codebook_lines({"choices": 60, "stood_share": 0.031, "changed_share": 0.0155, "tests": [row]}))
    assert "60 choices after two tokens, where 3.1% of all tokens stood; coins changed 1.55%" in lines[0]
    assert lines[-1] == "| codebook-100 | 100 % | 50,000 | 52 of 58 | 1e-9 | 1e-8 | 0.041 | 3.12 |"


def test_canaries_have_a_row_for_each_way_to_look():
    row = ROW | {"student": "canaries-48", "times": 48, "rule": "text", "log10_p_weighed": None}
    lines = list(canaries_lines({"each": 30, "rows": 6_000, "tests": [row]}))
    assert lines[-1] == "| canaries | 48 | text | 52 of 58 | 1e-9 | 1e-8 |  |"


def test_defences_tell_losses_in_nats_and_answers_in_percent():
    told = [("reasoning", "removed", "right", 0.2131), ("mark", "none", "excess", 0.321)]
    qualities = [dict(zip(("group", "defence", "measure", "value"), one, strict=True)) for one in told]
    assert list(defences_lines({"teacher_loss": 3.3, "qualities": qualities}))[-2:] == [
        "| reasoning | removed | right | 21.3% |",
        "| mark | none | excess | 0.321 |",
    ]
