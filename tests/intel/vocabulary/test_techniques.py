from __future__ import annotations

from stillwatch.intel.vocabulary.techniques import ATLAS, OWN, TECHNIQUES, Technique, attack_pattern, technique


def test_ids_are_of_their_catalogue() -> None:
    assert {one.source for one in TECHNIQUES.values() if one.id.startswith("AML.T")} == {ATLAS}
    assert {one.source for one in TECHNIQUES.values() if one.id.startswith("SW.T")} == {OWN}
    assert len({attack_pattern(one).id for one in TECHNIQUES}) == len(TECHNIQUES)


def test_one_that_is_not_in_the_table_goes_by_its_id() -> None:
    newer = technique("AML.T9999")
    assert newer == Technique("AML.T9999", "AML.T9999", ATLAS, "Entry AML.T9999 of mitre-atlas.")
    reference = (attack_pattern("AML.T9999").external_references or [])[0]
    assert (reference.source_name, reference.external_id) == ("mitre-atlas", "AML.T9999")
