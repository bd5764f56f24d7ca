from __future__ import annotations

from stillwatch.detection.capabilities import CAPABILITY_BITS, taken_from
from stillwatch.detection.world import town
from stillwatch.logs.sketches.task_role import phrase_table

CODING, MATHEMATICS = 16, 17


def test_the_bits_are_those_of_the_phrase_table():
    known = set(phrase_table().bits.values())
    assert {bit for bit, _ in CAPABILITY_BITS} <= known


def test_what_was_taken_adds_up_to_all_of_it():
    suspects = town(40).fleet(8).asking(CODING, share=0.6).asking(MATHEMATICS, share=0.5).suspects()
    taken = taken_from(suspects)
    assert sum(one.exchanges for one in taken) == suspects.exchanges
    assert sum(one.output_tokens for one in taken) == suspects.events["output_tokens"].sum()
    assert sum(one.input_tokens for one in taken) == suspects.events["input_tokens"].sum()
    assert taken[0].capability == "coding"
    assert {one.capability for one in taken} == {"coding", "mathematics", "general"}
    assert [one.exchanges for one in taken] == sorted((one.exchanges for one in taken), reverse=True)


def test_a_capability_under_a_tenth_is_general():
    suspects = town(40).fleet(8).asking(CODING, share=0.05).suspects()
    assert [one.capability for one in taken_from(suspects)] == ["general"]


def test_nothing_is_taken_by_nobody():
    assert taken_from(town(40).fleet(4).worded_alike(share=0.0).suspects()) == ()
