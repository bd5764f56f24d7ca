from __future__ import annotations

import pytest

from stillwatch.core.indicator import Certainty
from stillwatch.intel import stix_received as stix
from stillwatch.intel.stix_read_parts import provider_said, shown


@pytest.mark.parametrize(
    ("text", "left"), [("plain", "plain"), ("a\x1b[2Jb", "a[2Jb"), ("a\nb", "a\nb"), ("\u202eabc", "abc")]
)
def test_foreign_text_moves_nothing(text: str, left: str) -> None:
    assert shown(text) == left


def test_what_does_not_say_how_it_is_known_is_alleged() -> None:
    assert provider_said(stix.ProviderSays(name="p", certainty="sure")).certainty is Certainty.ALLEGED
