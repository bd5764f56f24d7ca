from __future__ import annotations

import pytest

from stillwatch.core.campaign import Family
from stillwatch.intel.vocabulary.topics import TOPICS, is_topic


def test_every_family_of_evidence_is_a_kind_of_topic() -> None:
    assert set(Family) <= set(TOPICS)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("access:geographic", True), ("timing:ban_succession", True), ("access", False), ("access:", False),
     ("who:knows", False), ("access:Two Words", False)],
)  # fmt: skip
def test_what_is_a_topic(text: str, is_one: bool) -> None:
    assert is_topic(text) is is_one
