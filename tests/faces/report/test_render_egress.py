from __future__ import annotations

from dataclasses import replace

from egress_watches import finding, watch
from stillwatch.core.egress import EgressWeight
from stillwatch.faces.report.render_egress import render_egress


def test_findings_and_pictures() -> None:
    page = render_egress(watch(finding(p_value=0.001), finding(EgressWeight.LOOK)))
    assert "One host against the declaration" in page
    assert "Worth a look" in page
    assert page.count("<figure") == 2
    assert "<script" not in page
    assert "default-src &#39;none&#39;" in page


def test_an_incomplete_watch_clears_nobody() -> None:
    page = render_egress(watch(faults=("flows.json: compressed stream ends early",)))
    assert "Nothing found" in page
    assert "What this page does not show is not cleared" in page


def test_what_logs_and_declarations_say_is_shown_and_never_obeyed() -> None:
    shown = replace(finding(), host="<script>alert(1)</script>", because="<b>x</b>\u202e")
    page = render_egress(watch(shown))
    assert "<script" not in page
    assert "<b>x" not in page
    assert "\u202e" not in page
