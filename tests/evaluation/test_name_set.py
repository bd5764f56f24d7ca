from __future__ import annotations

from collections import Counter

from stillwatch.evaluation.invented_names import Culture
from stillwatch.evaluation.name_disturbances import Disturbance
from stillwatch.evaluation.name_set import SHUFFLED_WITH_SLIPS, compose_names


def test_a_set_is_what_its_seed_says_and_holds_every_kind() -> None:
    made, again = (compose_names(600, asked=300, seed=7) for _ in range(2))
    assert made == again
    kinds = Counter(asked.kind for asked in made.asked)
    assert set(kinds) == {*Disturbance, SHUFFLED_WITH_SLIPS, "near miss", "stranger"}
    assert kinds["near miss"] + kinds["stranger"] == 100
    assert {asked.culture for asked in made.asked} == set(Culture)


def test_who_is_asked_for_is_listed_and_who_is_nobody_is_not() -> None:
    made = compose_names(600, asked=300, seed=8)
    names = {entity.source_id: entity.names[0].text for entity in made.listed}
    for asked in made.asked:
        if asked.source_id:
            assert names[asked.source_id] == asked.beside
        else:
            assert asked.name.casefold() not in {text.casefold() for text in names.values()}


def test_a_set_may_be_of_some_cultures_alone() -> None:
    made = compose_names(100, asked=60, seed=9, cultures=(Culture.CHINESE, Culture.CHINESE_COMPANY))
    assert {asked.culture for asked in made.asked} <= {Culture.CHINESE, Culture.CHINESE_COMPANY}
