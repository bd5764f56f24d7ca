"""The list of several suspects says what it is, carries no markup of strangers, and refuses what is no result."""

from __future__ import annotations

import pytest

from stillwatch.attribution.triage import Outcome, triage
from stillwatch.core.errors import InputError
from stillwatch.faces.report.render_triage import outcome_of, render_triage


def test_the_page_lists_every_suspect_in_order() -> None:
    tested = [
        Outcome("calm", "inconclusive", "k", "mode", -0.2),
        Outcome("<b>x</b>", "dependent", "k", "codebook", -9.0),
    ]
    page = render_triage(triage(tested, tried=30), tried=30)
    assert page.index("&lt;b&gt;x") < page.index("calm")
    assert "<b>x" not in page
    assert "3e-8" in page
    assert "a claim rests on the suspect's own verdict" in page


def test_what_triage_looks_at() -> None:
    result = {
        "schema": "stillwatch.attribution/1",
        "plan": {"suspect": "x"},
        "judged": 1,
        "tests": [{}, {"key": "k", "rule": "mode", "adjusted_log10_p": -3}],
        "verdict": {"kind": "refused"},
    }
    assert outcome_of(result) == Outcome("x", "refused", "k", "mode", -3.0)
    with pytest.raises(InputError, match="no result of an attribution"):
        outcome_of({"schema": "x"})
