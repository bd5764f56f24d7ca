from __future__ import annotations

from dataclasses import asdict

from stillwatch.evaluation.distil.distil_sizes import DEMO
from stillwatch.evaluation.distil.variant import VARIANTS
from stillwatch.faces.cli.distil_text import distil_markdown

STUDENT = {
    "student": "gumbel-050",
    "variant": VARIANTS[0]._asdict(),
    "marked_percent": 50,
    "loss": 2.845,
    "contexts": 1289,
    "score": 1532.4,
    "log10_p": -10.0,
    "adjusted_log10_p": -9.5,
    "decoys": {"keys": 3, "log10_p": [-12.0, -1.0, -0.1], "cells": [{"level": 0.05, "share": 0.04}]},
    "controls": [{"name": "teacher-plain", "log10_ps": [-0.3]}],
    "plan_leaf": 2,
    "verdict": {"kind": "dependent"},
}


def test_a_page_has_a_row_and_its_checks_for_each_student():
    settings = {"seed": 7, "text": "invented", "sizes": asdict(DEMO)}
    result = {"settings": settings, "symbols": 128, "parameters": 108_288, "teacher_loss": 2.687}
    page = distil_markdown(result | {"experiments": {"shares": {"students": [STUDENT]}}}).splitlines()
    assert page[0] == "# Students of a marked teacher, seed 7"
    assert "a GPT of 108,288 parameters; an invented language" in page[2]
    assert page[6] == "| gumbel-050 | 50 % | mode | 1,289 | 1e-10 | 4e-10 | 1 of 3 | 2.85 | dependent |"
    assert page[-1] == "- gumbel-050: decoys below 0.0400 at 0.05; teacher-plain -0.3"
