from __future__ import annotations

import pytest

from stillwatch.faces.report.template_slots import Piece, template_slots


@pytest.mark.parametrize(
    ("template", "pieces"),
    [
        ("", ()),
        ("no slot", (Piece("no slot", is_slot=False),)),
        ("Solve ⟨…⟩ now", (Piece("Solve ", is_slot=False), Piece("⟨…⟩", is_slot=True), Piece(" now", is_slot=False))),
        ("⟨a⟩⟨b⟩", (Piece("⟨a⟩", is_slot=True), Piece("⟨b⟩", is_slot=True))),
        ("⟨open ⟨a⟩", (Piece("⟨open ", is_slot=False), Piece("⟨a⟩", is_slot=True))),
    ],
)
def test_slots_are_told_from_fixed_text(template: str, pieces: tuple[Piece, ...]):
    assert template_slots(template) == pieces
