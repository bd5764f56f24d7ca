"""How a group uses a public set: in numbers, in words, and as an evaluator would."""

from __future__ import annotations

import numpy as np

from stillwatch.core.prompt_set import SetTaken
from stillwatch.detection.set_use import (
    SetUse,
    collisions,
    runs_whole,
    sampled_accounts,
    sets_taken,
    shifted_collisions,
    uses_of,
)
from stillwatch.detection.world import town


def _use(*taken: list[int], items: int = 100) -> SetUse:
    """What each account took, one list an account."""
    pairs = sorted((item, place) for place, mine in enumerate(taken) for item in mine)
    return SetUse(
        name="set",
        items=items,
        accounts=len(taken),
        place=np.array([place for _, place in pairs]),
        item=np.array([item for item, _ in pairs]),
        exchanges=len(pairs),
    )


def test_overlap_is_of_what_one_took_the_part_that_another_took():
    assert _use([1, 2, 3, 4], [3, 4, 5, 6]).overlap_share() == 0.5
    assert _use([1, 2], [3, 4], [5, 6]).overlap_share() == 0.0
    assert _use([1, 2]).overlap_share() == 0.0


def test_collisions_count_what_was_taken_again():
    assert collisions(_use([1, 2, 3], [3, 4], [3])) == 2


def test_shards_leave_out_who_runs_it_whole():
    shards = _use(list(range(60)), [1, 2], [3]).shards()
    assert (shards.accounts, shards.counts().tolist()) == (2, [2, 1])


def test_a_set_that_was_dealt_out_is_told_as_such():
    world = town().fleet(20).taking(1000, each=40, dealt=True)
    assert sets_taken(world.scene(), world.focus) == (
        SetTaken(
            name="public_questions",
            items=1000,
            taken=800,
            exchanges=800,
            shards=20,
            whole=0,
            overlap_share=0.0,
            because="covered 80 % of the 1,000 prompts of public_questions between 20 accounts; any two share 0 %",
        ),
    )


def test_accounts_that_touch_a_handful_of_it_took_no_set():
    world = town().fleet(4).taking(1000, each=2, dealt=True)
    assert sets_taken(world.scene(), world.focus) == ()


def test_evaluators_that_each_run_it_whole_are_said_to():
    world = town().people(6).taking(400, each=380, dealt=False)
    said = runs_whole(world.scene(), world.focus)
    assert said.startswith(
        "6 of the 6 accounts each ran the public set public_questions by themselves, 95 % of its 400"
    )
    assert "each by itself" in sets_taken(world.scene(), world.focus)[0].because
    dealt = town().fleet(20).taking(1000, each=40, dealt=True)
    assert runs_whole(dealt.scene(), dealt.focus) == ""


def test_only_the_exchanges_asked_about_count():
    world = town().fleet(20).taking(1000, each=40, dealt=True)
    (use,) = uses_of(world.scene(), world.focus, within=np.arange(100))
    assert use.exchanges == 100


def test_shifting_keeps_what_each_took_and_a_sample_keeps_whole_accounts():
    use = _use(list(range(10)), list(range(10, 20)), list(range(20, 30)), items=30)
    drawn = shifted_collisions(use, 50, 3)
    assert (drawn >= 0).all()
    assert drawn.mean() > 3
    assert sampled_accounts(use, 2, 3).counts().tolist() == [10, 10]
