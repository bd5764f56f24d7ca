from __future__ import annotations

from stillwatch.detection.detect import Detected
from stillwatch.detection.findings import Findings
from stillwatch.service.looked import NOTHING, Looked, together


def looked(**fields):
    usual = {"made": NOTHING, "exchanges": 5, "accounts": 2, "faults": (), "warnings": ("no accounts file",)}
    coverage = {"exchanges": 5, "with_text": 4, "first_at": 10, "last_at": 20}
    return Looked(**{**usual, "coverage": coverage, **fields})


def test_parts_are_added_up_and_each_sentence_is_said_once():
    other = {"exchanges": 1, "with_text": 1, "first_at": 5, "last_at": 15}
    whole = together([looked(), looked(exchanges=1, accounts=1, coverage=other, faults=("crashed",))], {"org": 16})
    assert (whole.exchanges, whole.accounts, whole.faults) == (6, 3, ("crashed",))
    assert whole.coverage == {"exchanges": 6, "with_text": 5, "first_at": 5, "last_at": 20}
    assert whole.warnings[1:] == ("no accounts file",)
    assert "2 parts" in whole.warnings[0]
    assert "org of at most 16" in whole.warnings[0]


def test_what_was_found_in_each_part_is_found():
    part = Detected(Findings((), ("set aside",), ()), ("warning",))
    whole = together([looked(made=part), looked(made=part)], {})
    assert whole.made == Detected(Findings((), ("set aside", "set aside"), ()), ("warning", "warning"))
