from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stillwatch.attribution.codeword import coins_of
from stillwatch.attribution.sign_test import sign_test
from stillwatch.attribution.wordings import english_wordings

_PAGES = sorted((Path(__file__).parents[2] / "docs").rglob("*.md"))
_COINS = coins_of(bytes(range(16)), english_wordings().names)


def test_there_are_enough_choices_for_a_claim():
    """Even where a fifth never occurs and a fifth of the rest falls the wrong way."""
    count = len(english_wordings().choices)
    assert 64 <= count <= 256
    seen = round(0.8 * count)
    leanings = np.where(np.arange(seen) < 0.8 * seen, 1, -1)
    assert sign_test(leanings, np.ones(seen, np.bool_)).log10_p < -6


@pytest.mark.skipif(not _PAGES, reason="the pages are not beside the tests")
def test_prose_is_hardly_touched_and_stays_served():
    text = "\n".join(page.read_text("utf-8") for page in _PAGES)
    served = english_wordings().serve(text, _COINS)
    assert 0 < served.rewritten / len(text.split()) < 0.02
    assert english_wordings().serve(served.text, _COINS).rewritten == 0
