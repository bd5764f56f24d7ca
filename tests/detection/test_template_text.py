from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.detection.template_text import SLOT, template_text

HEAD, TAIL = "You are a careful tutor. Explain the following concept to a beginner:", "Answer in ten numbered steps."
SUBJECTS = ("tides", "the inflation of prices", "photosynthesis", "compound interest", "why bread rises")
PROMPTS = [f"{HEAD} {subject}. {TAIL}" for subject in SUBJECTS]


def test_the_slot_is_marked():
    assert template_text(PROMPTS) == f"{HEAD} {SLOT} {TAIL}"


def test_a_slot_at_the_end_is_marked_too():
    assert template_text([f"{HEAD} {subject}" for subject in SUBJECTS]) == f"{HEAD} {SLOT}"


def test_one_stranger_among_five_is_outvoted():
    strange = [*PROMPTS[:4], "my sourdough starter smells of nail polish this weekend"]
    assert template_text(strange) == f"{HEAD} {SLOT} {TAIL}"


@pytest.mark.parametrize(
    "texts", [[], [PROMPTS[0]], ["", " "], ["tell me about cats please", "how do tides really work"]]
)
def test_too_little_in_common_is_no_template(texts):
    assert template_text(texts) == ""


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_texts_are_survived(texts):
    assert isinstance(template_text(texts), str)
