"""Sightings go back to the source."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared_campaign import BEGAN, ENDED, campaign, indicator, some_id
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.hunt import Hunt, IndicatorFound, Weight
from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.marking import Handling, Tlp
from stillwatch.intel.stix_read import read_bundle
from stillwatch.service.sharing.write_sightings import Sighter, write_sightings

_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_US = Sighter(some_id("identity", "Member B"), "Member B")
_THEIRS = some_id("identity", "Southfork")
_ONE = campaign(indicator(IndicatorKind.ACCOUNT, "a-1"), indicator(IndicatorKind.ACCOUNT, "a-2"))
_TWO = campaign(
    indicator(IndicatorKind.ACCOUNT, "b-1"),
    id=some_id("campaign", "two"),
    producer_id=_THEIRS,
    producer_name="Southfork",
    handling=Handling(tlp=Tlp.RED),
)


def hunt(*indicators, weight=Weight.LEAD):
    found = tuple(
        IndicatorFound(
            store="s",
            indicator_id=one.id,
            campaign_id=one.campaign_id,
            kind=one.kind,
            weight=weight,
            because="",
            accounts=1,
            exchanges=7,
            first_seen=BEGAN,
            last_seen=ENDED,
        )
        for one in indicators
    )
    return Hunt(searched=(), indicators=3, found=found, suspects=(), not_hunted=())


def test_each_source_is_told_of_its_own_alone(tmp_path):
    answers = write_sightings(hunt(*_ONE.indicators, *_TWO.indicators), [_ONE, _TWO], _US, tmp_path / "s", at=_NOW)
    assert [(one.producer_name, one.sightings) for one in answers] == [("Northlight", 2), ("Southfork", 1)]
    for answer, told in zip(answers, (_ONE, _TWO), strict=True):
        seen = read_bundle(answer.path.read_bytes()).sightings
        assert {one.of_id for one in seen} == {one.id for one in told.indicators}
        assert {(one.by_id, one.count, one.first_seen, one.last_seen) for one in seen} == {(_US.id, 7, BEGAN, ENDED)}


def test_what_was_told_in_confidence_is_answered_in_confidence(tmp_path):
    (answer,) = write_sightings(hunt(*_TWO.indicators), [_ONE, _TWO], _US, tmp_path, at=_NOW)
    assert b"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1" in answer.path.read_bytes()


def test_nothing_found_is_nothing_told(tmp_path):
    found = hunt(*_ONE.indicators, weight=Weight.CONTEXT)
    assert write_sightings(found, [_ONE, _TWO], _US, tmp_path / "s", at=_NOW) == ()
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("sighter", [Sighter("", ""), Sighter("Member B", "Member B"), Sighter(_US.id, "")])
def test_nobody_cannot_say_that_he_has_seen_it(tmp_path, sighter):
    with pytest.raises(InputError, match="nobody's id"):
        write_sightings(hunt(*_ONE.indicators), [_ONE], sighter, tmp_path, at=_NOW)


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        write_sightings(hunt(*_ONE.indicators), [_ONE], _US, tmp_path / "file", at=_NOW)
