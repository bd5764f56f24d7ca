from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stillwatch.detection.picture import draw, moment
from stillwatch.detection.world import town
from stillwatch.detection.world_people import START


def picture(world, excerpts=()):
    suspects = world.suspects()
    names = [f"acct-{account}" for account in suspects.accounts]
    return draw(world.scene(), suspects, "c-1", names, excerpts, lambda text: text.replace("secret", "⟨secret⟩"))


HEAD = "You are a careful tutor. Explain the following concept to a beginner in ten steps:"
EXCERPTS = [(number, "Be brief.", f"{HEAD} subject {number} secret") for number in range(8)]


def test_the_timeline_counts_every_exchange():
    drawn = picture(town().fleet(10))
    assert sum(drawn.bin_exchanges) == town().fleet(10).suspects().exchanges
    assert len(drawn.bin_starts) == len(drawn.bin_exchanges) <= 120
    gaps = {
        (later - earlier).total_seconds()
        for earlier, later in zip(drawn.bin_starts, drawn.bin_starts[1:], strict=False)
    }
    assert gaps == {drawn.bin_s}


def test_a_large_fleet_is_drawn_in_part():
    drawn = picture(town(40, days=2).fleet(400, per_day=4))
    assert len(drawn.shown_accounts) == 220
    assert len(drawn.ties) <= 700


@pytest.mark.parametrize(
    ("world", "kind"),
    [
        (town().fleet(10).handing_over(30), "handover"),
        (town().fleet(10).holding("payment_key", each=5), "payment"),
        (town().fleet(10).sending(500), "same_prompt"),
        (town().fleet(10).on_one_subject(), "same_workload"),
    ],
    ids=["hand-overs", "cards", "prompts", "workload"],
)
def test_what_ties_the_members_is_drawn(world, kind):
    drawn = picture(world)
    ties = [tie for tie in drawn.ties if tie.kind == kind]
    assert ties
    assert {tie.left for tie in ties} | {tie.right for tie in ties} <= set(drawn.shown_accounts)
    assert all(tie.left != tie.right and tie.weight > 0 for tie in ties)


def test_the_shared_text_is_redacted_and_its_slot_marked():
    drawn = picture(town().fleet(10), EXCERPTS)
    assert drawn.template_text.startswith(f"system: Be brief.\n\n{HEAD} subject ⟨…⟩")
    assert drawn.sample_text == f"{HEAD} subject 0 ⟨secret⟩"


def test_without_kept_text_there_is_none_to_show():
    drawn = picture(town().fleet(10))
    assert (drawn.template_text, drawn.sample_text) == ("", "")


def test_bans_openings_and_releases_are_on_the_timeline():
    drawn = picture(town().fleet(12).in_waves(3, gap_h=3).with_release(day=5, usual_days=3, own_days=1))
    assert len(drawn.banned_at) == 8
    assert len(drawn.created_at) == 12
    assert [name for name, _ in drawn.model_releases] == ["m-2"]


def test_a_moment_has_a_zone():
    assert moment(START) == datetime(2026, 3, 2, tzinfo=UTC)
