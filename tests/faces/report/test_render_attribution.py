"""The page shows every figure of the result, carries no markup of strangers, and refuses what is no result."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.core.errors import InputError
from stillwatch.faces.report.render_attribution import render_attribution

RESULT: dict[str, Any] = {
    "schema": "stillwatch.attribution/1",
    "scored_at": "2026-11-22T10:00:00+00:00",
    "plan_sha256": "ab" * 32,
    "plan": {
        "suspect": "<b>model-x</b>",
        "access": "queried",
        "obtained": "an endpoint",
        "probes_sha256": "cd" * 32,
        "tokenizer_sha256": "ef" * 32,
        "served_sha256": "",
        "stop_after_tokens": 20_000,
        "alpha": "0.01",
        "controls": [{"name": "base", "why_clean": "older"}],
    },
    "verdict": {"kind": "dependent", "sentence": "It depends.", "because": ["all is well"], "mend": ""},
    "judged": 0,
    "tests": [
        {"key": "global/e", "scheme": "s", "rule": "mode", "n": 700, "log10_p": -50.0, "adjusted_log10_p": -49.7}
    ],
    "controls": [{"name": "base", "log10_ps": [-0.3]}],
    "corpora": [{"name": "public", "log10_ps": [-0.1]}],
    "decoys": {
        "keys": 1000,
        "monte_carlo_p": 0.001,
        "log10_p": [-0.1] * 20,
        "cells": [{"level": 0.05, "share": 0.04, "lowest": 0.03, "highest": 0.06}],
    },
    "curve": [{"tokens": 500, "log10_p": -1.0}, {"tokens": 20_000, "log10_p": -50.0}],
    "suspect_tokens": 24_000,
}


def test_the_page_shows_what_was_found() -> None:
    page = render_attribution(RESULT)
    for shown in ("2e-50", "24,000", "clean control: older", "4.00 % fall below 0.05", "ab" * 32):
        assert shown in page
    assert "<b>model-x" not in page
    assert 'http-equiv="Content-Security-Policy"' in page


def test_tests_by_coins_and_of_layers_say_what_they_are() -> None:
    coins = {"key": "codebook/all/e", "scheme": "wordings/1?cohort=c-1", "rule": "codeword", "n": 60}
    told = {"log10_p": -3.0, "adjusted_log10_p": -2.7, "missed_below": 0.21, "layer": "0/2 " + "ab" * 32}
    page = render_attribution(RESULT | {"tests": [coins | told], "claim": {"units": "choices"}})
    for shown in ("Choices scored", "one cohort&#39;s own codeword", "21 %", "layer 0/2", "?cohort=c-1"):
        assert shown in page
    assert "e-process holds at every point" in render_attribution(
        RESULT | {"tests": [{**RESULT["tests"][0], "rule": "eprocess"}]}
    )


def test_without_a_curve_there_is_no_picture_of_it() -> None:
    assert "As the text came in" not in render_attribution(RESULT | {"curve": []})


def test_another_document_is_refused() -> None:
    with pytest.raises(InputError, match="no result of an attribution"):
        render_attribution({"schema": "x"})
