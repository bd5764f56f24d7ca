"""Each figure becomes one statement, known in the way that it is known, with where it lies."""

from __future__ import annotations

from dossier_factory import campaign
from stillwatch.core.dossier import Element
from stillwatch.core.indicator import Certainty
from stillwatch.core.prompt_set import SetTaken
from stillwatch.core.shared_campaign import Statement
from stillwatch.evidence.dossier_statements import silent_elements, statements_of

_FACT = Statement(topic="terms:extraction", text="Section 4 forbids it.", certainty=Certainty.ALLEGED, confidence=90)


def test_what_was_tested_is_observed_and_what_describes_is_inferred():
    found = {one.source: one for one in statements_of(campaign(), {"handover": "as often as others"}, ())}
    tested, described = found["succession:handover"], found["content:rubric_grading"]
    assert (tested.certainty, tested.p_value, tested.null_model) == (Certainty.OBSERVED, 1e-9, "as often as others")
    assert (described.certainty, described.p_value, described.confidence) == (Certainty.INFERRED, None, 0.8)
    assert tested.where == "analysis/campaign.json#/evidence/0"


def test_nothing_is_more_than_nearly_certain():
    assert max(one.confidence for one in statements_of(campaign(), {}, (_FACT,))) <= 0.99


def test_names_and_quotes_are_not_in_the_public_text():
    handed = statements_of(campaign(), {}, ())[2]
    assert handed.text == "work of anna went on at ben, with 'write it all out'"
    assert handed.public_text == "work of ⟨account⟩ went on at ⟨account⟩, with ⟨quoted⟩"


def test_counts_say_how_much_an_account_did_a_day():
    counted = statements_of(campaign(), {}, ())[0]
    assert counted.values["exchanges_per_account_day"] == 20
    assert counted.elements == (Element.VOLUME, Element.COORDINATION)


def test_what_somebody_adds_is_as_known_as_they_say_and_an_element_without_any_stays_silent():
    made = statements_of(campaign(), {}, (_FACT,))
    assert (made[-1].certainty, made[-1].where) == (Certainty.ALLEGED, "analysis/facts.json#/facts/0")
    assert Element.TERMS not in silent_elements(made)
    assert Element.TERMS in silent_elements(made[:-1])


def test_a_public_set_that_was_taken_bears_on_the_making_of_a_model():
    taken = SetTaken(
        name="maths", items=100, taken=90, exchanges=95, shards=2, whole=0, overlap_share=0.0, because="90 of 100 items"
    )
    made = statements_of(campaign(sets=(taken,)), {}, ())
    assert Element.CORRELATION in made[-1].elements
    assert made[-1].where == "analysis/campaign.json#/sets/0"
