"""Names taken apart as lists write them."""

from __future__ import annotations

import pytest

from stillwatch.core.listed_entity import AliasStrength
from stillwatch.screening.list_names import listed_names, script_of

_P, _S, _W = AliasStrength.PRIMARY, AliasStrength.STRONG, AliasStrength.WEAK


@pytest.mark.parametrize(
    ("name", "aliases", "expected"),
    [
        ("Orrin Works; and any successor, sub-unit, or subsidiary thereof", (), [("Orrin Works", _P)]),
        ("Orrin Lattice Works (OLW 13)", (), [("Orrin Lattice Works", _P), ("OLW 13", _W)]),
        ("OAO Orrin (f.k.a. Veldt Works)", (), [("OAO Orrin", _P), ("Veldt Works", _S)]),
        ("Orrin (Veldt) Works", (), [("Orrin (Veldt) Works", _P)]),
        ("Orrin", ("Works One", "and Works Two"), [("Orrin", _P), ("Works One", _S), ("Works Two", _S)]),
        ("Orrin", ("Orrin", "Andor Works"), [("Orrin", _P), ("Andor Works", _S)]),
    ],
)
def test_each_name_stands_once_with_its_strength(
    name: str, aliases: tuple[str, ...], expected: list[tuple[str, AliasStrength]]
) -> None:
    assert [(one.text, one.strength) for one in listed_names(name, aliases)] == expected


def test_a_name_knows_its_script() -> None:
    texts = ("Orrin", "Оррин", "欧林中继厂", "أورين", "오린", "77")
    assert [script_of(text) for text in texts] == ["Latn", "Cyrl", "Hani", "Arab", "Hang", ""]
