from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from report_factory import START, rich_result

from stillwatch.faces.report.timeline_chart import draw_timeline

if TYPE_CHECKING:
    from stillwatch.core.campaign import Picture

[PICTURE] = rich_result(sizes=(40,)).pictures


def plain(**changes: object) -> Picture:
    bare = replace(PICTURE, created_at=(), banned_at=(), model_releases=())
    return replace(bare, **changes)  # type: ignore[arg-type]


def test_without_bins_nothing_is_drawn():
    assert draw_timeline(plain(bin_starts=(), bin_exchanges=())) is None


@pytest.mark.parametrize("bins", [1, 2, 119, 120, 121, 5000])
def test_bars_are_few_and_lose_no_exchange(bins: int):
    starts = tuple(START + timedelta(hours=hour) for hour in range(bins))
    chart = draw_timeline(plain(bin_starts=starts, bin_exchanges=(3,) * bins))
    assert chart
    assert len(chart.rows) <= 120
    assert sum(count for _, count in chart.rows) == 3 * bins


def test_marks_share_the_axis():
    chart = draw_timeline(PICTURE)
    assert chart
    assert "Accounts created: 40, at most" in chart.svg
    assert "Accounts banned: 47, at most" in chart.svg
    assert chart.svg.count('<line class="release"') == 2


def test_creations_long_before_are_told_and_not_drawn():
    old = (START - timedelta(days=400), START - timedelta(days=300))
    chart = draw_timeline(plain(created_at=old))
    assert chart
    assert chart.notes == ("2 accounts created before 2 March 2026, not drawn.",)


def test_bans_soon_after_stretch_the_axis():
    chart = draw_timeline(plain(banned_at=(START + timedelta(days=17),)))
    assert chart
    assert "Accounts banned: 1<" in chart.svg
    assert chart.notes == ()


def test_names_of_models_are_escaped():
    chart = draw_timeline(plain(model_releases=(("<b>", START + timedelta(days=1)),)))
    assert chart
    assert "<b>" not in chart.svg
    assert "&lt;b&gt;" in chart.svg
