from __future__ import annotations

from stillwatch.screening.read_name import read_name
from stillwatch.screening.weights import Rarity


def test_a_word_that_many_bear_weighs_less_and_one_that_nobody_bears_most() -> None:
    names = [read_name(f"Ada Quill{letter}") for letter in "abcdefgh"]
    rarity = Rarity(names)
    common, rare = rarity.weights(names[0])
    assert common < rare == rarity.weights(read_name("Bruno"))[0] == 1


def test_words_of_trade_articles_and_initials_weigh_little() -> None:
    weights = Rarity().weights(read_name("Quill Trading of A 12"))
    assert weights[0] == 1
    assert max(weights[1:4]) < 0.5 < weights[4]
