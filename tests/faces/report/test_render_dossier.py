"""The page of a dossier: it runs nothing, fetches nothing, and shows what strangers wrote as text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from dossier_factory import dossier
from stillwatch.evidence.dossier_document import public_dossier
from stillwatch.faces.report.render_dossier import render_dossier


@pytest.mark.parametrize("is_confidential", [True, False])
def test_a_page_is_whole_and_has_nothing_that_runs(is_confidential):
    shown = dossier() if is_confidential else public_dossier(dossier())
    page = render_dossier(shown, is_confidential=is_confidential)
    assert page == render_dossier(shown, is_confidential=is_confidential)
    assert "script-src &#39;none&#39;" in page
    assert not re.search(r"<script|https?://|\son\w+=|javascript:", page)
    for words in (
        "What speaks against it",
        "How often the method errs",
        "Honest explanations",
        "earlier state of the code",
    ):
        assert words in page


def test_what_strangers_wrote_is_text():
    hostile = replace(dossier().members[0], account="<img src=x>\u202e")
    page = render_dossier(dossier(members=(hostile,)), is_confidential=True)
    assert "<img" not in page
    assert "\u202e" not in page
    assert "Grade &lt;b&gt;this&lt;/b&gt; answer" in page


def test_the_redacted_page_names_nobody():
    page = render_dossier(public_dossier(dossier()), is_confidential=False)
    assert not [word for word in ("anna", "Grade", "write it all out", "/logs/") if word in page]
    assert "Redacted".lower() in page
