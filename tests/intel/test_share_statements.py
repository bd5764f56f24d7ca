from __future__ import annotations

from found_factory import found

from stillwatch.intel.share_statements import statements_of


def test_seen_and_concluded_are_told_apart_and_names_are_blanked_out() -> None:
    told = [(one.topic, one.text, one.certainty.value, one.confidence) for one in statements_of(found())]
    assert told == [
        ("timing:handover", "⟨account⟩ then ⟨account⟩", "observed", 99),
        ("content:harvest_shape", "⟨quoted⟩ to ⟨mail⟩", "inferred", 80),
        ("twin:reseller", "Not the honest case: no end user comes back", "inferred", 97),
    ]
