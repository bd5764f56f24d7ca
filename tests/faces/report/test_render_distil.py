from __future__ import annotations

import pytest

from distil_result import ROW, distil_result
from stillwatch.core.errors import InputError
from stillwatch.faces.report.render_distil import render_distil
from stillwatch.service.distil.secret_coins import PAGELESS


def test_the_page_shows_every_test_and_leads_to_each_student():
    silent = ROW | {"key": "account/account-01/e", "curve": None, "decoy_cells": None, "verdict": None, "log10_p": -0.2}
    page = render_distil(distil_result(7, ROW, silent | {"adjusted_log10_p": 0.0}))
    assert "1 of 2 tests found a dependence" in page
    assert 'href="suspects/gumbel-050-mode-20000.html"' in page
    for shown in ("account/account-01/e", "1e-10", "4.00 % below 0.05", "teacher-plain 0.5", "mode, 20,000 tokens"):
        assert shown in page
    assert page.count("<svg") == 1
    assert 'http-equiv="Content-Security-Policy"' in page


def test_tests_without_a_page_of_their_own_are_rows_without_a_link():
    row = {name: ROW[name] for name in ("key", "loss", "contexts", "log10_p", "adjusted_log10_p", "rule", "tokens")}
    told = {"student": "codebook-100", "marked_percent": 100, "matches": 52, "plan_leaf": 1}
    page = render_distil(distil_result(7, PAGELESS | row | told, experiment="codebook"))
    assert "codebook-100" in page
    assert "suspects/codebook-100" not in page


def test_an_experiment_without_tests_leaves_no_row():
    other = {"other": {"figures": [1]}}
    assert "0 of 0 tests" in render_distil(distil_result() | {"experiments": other})


def test_another_document_is_refused():
    with pytest.raises(InputError, match="no result of small students"):
        render_distil({"schema": "x"})
