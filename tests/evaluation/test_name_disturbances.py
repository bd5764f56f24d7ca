from __future__ import annotations

from random import Random

import pytest

from stillwatch.evaluation.invented_names import Culture, Role, invent, latin, native
from stillwatch.evaluation.name_disturbances import (
    Disturbance,
    applies,
    disturbed,
    near_miss,
    shuffled_with_slips,
)


@pytest.mark.parametrize("culture", Culture)
@pytest.mark.parametrize("kind", Disturbance)
def test_a_disturbed_name_is_another_text_of_the_same_seed(culture: Culture, kind: Disturbance) -> None:
    name = invent(culture, Random(3))
    if applies(name, kind):
        texts = {disturbed(name, kind, Random(seed)) for seed in range(8)}
        assert texts != {latin(name)}
        assert disturbed(name, kind, Random(1)) == disturbed(name, kind, Random(1))


def test_order_keeps_every_word_and_slips_at_most_two_letters_more_or_less() -> None:
    name = invent(Culture.LATIN, Random(3))
    assert sorted(disturbed(name, Disturbance.ORDER, Random(1)).split()) == sorted(latin(name).split())
    for seed in range(50):
        assert abs(len(shuffled_with_slips(name, Random(seed))) - len(latin(name))) <= 2


def test_the_own_script_is_the_own_script() -> None:
    name = invent(Culture.CHINESE, Random(3))
    assert disturbed(name, Disturbance.SCRIPT, Random(1)) in {native(name), native(name, traditional=True)}
    assert not applies(invent(Culture.LATIN, Random(3)), Disturbance.SCRIPT)


def test_a_near_miss_differs_in_one_telling_piece() -> None:
    for seed in range(20):
        name = invent(Culture.SLAVIC, Random(seed))
        other = near_miss(name, Random(seed + 100))
        differing = {piece.role for piece, beside in zip(name.pieces, other.pieces, strict=True) if piece != beside}
        assert differing <= {Role.GIVEN} or differing <= {Role.FAMILY}
