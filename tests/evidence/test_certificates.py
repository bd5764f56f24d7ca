"""Drafts say what the record is and conclude nothing; nobody has signed them."""

from __future__ import annotations

import re

import pytest

from dossier_factory import dossier, run
from stillwatch.evidence.certificates import certificate_902_13, certificate_902_14, notice_902_11

_DRAFTS = {"902-13": certificate_902_13, "902-14": certificate_902_14, "notice": notice_902_11}


@pytest.mark.parametrize("name", sorted(_DRAFTS))
def test_a_draft_is_unsigned_and_concludes_nothing(name):
    text = _DRAFTS[name](dossier())
    assert "not signed" in text
    assert "______" in text
    assert not re.search(r"distill|guilty|stole|violat|extraction attack|Keeper", text)


def test_each_log_file_is_identified_by_its_digest():
    assert f"SHA-256 `{'ab' * 32}`, 5,000 bytes" in certificate_902_14(dossier())


def test_error_rates_stand_with_their_intervals_and_a_run_that_did_not_end_is_said():
    text = certificate_902_13(dossier(run=run(complete=False, warnings=("a file was cut short",))))
    assert "false logs: 0.000 (95 % interval 0.000 to 0.035, 102 logs)" in text
    assert "missed: 0.500\n" in text
    assert "did not run to its end: a file was cut short" in text
    assert "earlier state of the code" in text
