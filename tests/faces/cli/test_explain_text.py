from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from explanation_factory import explanation

from stillwatch.faces.cli.explain_text import explanation_text


def test_a_campaign_is_told_from_what_would_change_it_to_its_exchanges():
    text = explanation_text(explanation())
    order = [
        "c-1: 18 accounts",
        "WHAT WOULD CHANGE",
        "WITHOUT ONE KIND",
        "EVIDENCE",
        "THE WORDS",
        "HONEST",
        "EXCHANGES",
    ]
    places = [text.index(title) for title in order]
    assert places == sorted(places)
    assert "held against: each rate is drawn from all others." in text
    assert "STANDING" not in text
    assert "PUBLIC PROMPT SETS" not in text


def test_an_account_is_told_with_its_standing_and_nothing_hidden_gets_through():
    text = explanation_text(explanation("acct-1"))
    assert text.startswith("acct-1 in c-1")
    assert "exchanges a day  27.6  usual: 25.7" in text
    assert "\x1b" not in text
