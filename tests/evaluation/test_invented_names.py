from __future__ import annotations

from random import Random

import pytest

from stillwatch.evaluation.invented_names import Culture, Role, invent, latin, native


@pytest.mark.parametrize("culture", Culture)
def test_a_seed_gives_one_name(culture: Culture) -> None:
    one, again, other = (invent(culture, Random(seed)) for seed in (5, 5, 6))
    assert one == again != other
    assert latin(one).strip() == latin(one) != ""


def test_every_cyrillic_letter_has_its_spelling_in_every_system() -> None:
    for seed in range(200):
        name = invent(Culture.SLAVIC, Random(seed))
        assert all(ord(letter) < 0x400 for system in range(5) for letter in latin(name, system=system))
        assert all(letter == " " or ord(letter) >= 0x400 for letter in native(name))


def test_simplified_and_traditional_characters_are_as_many() -> None:
    for seed in range(200):
        for culture in (Culture.CHINESE, Culture.CHINESE_COMPANY):
            name = invent(culture, Random(seed))
            assert len(native(name)) == len(native(name, traditional=True)) > 1


def test_a_company_says_so() -> None:
    assert [culture for culture in Culture if invent(culture, Random(1)).is_company] == list(Culture)[-3:]
    assert Role.FORM in {piece.role for piece in invent(Culture.COMPANY, Random(1)).pieces}
