"""What would be held against strangers stays, or leaves with a low confidence."""

from __future__ import annotations

from dataclasses import replace

from shared_campaign import campaign, indicator
from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.read_bundle import ReadBundle
from stillwatch.intel.spare import LOW, spare, spare_read
from stillwatch.intel.warninglists import Warninglists, read_warninglist

_CLOUD = Warninglists((read_warninglist(b'{"name": "Cloud", "type": "cidr", "list": ["198.51.100.0/24"]}', "c"),))
_LISTED = indicator(IndicatorKind.ADDRESS, "198.51.100.7")
_OTHER = indicator(IndicatorKind.ADDRESS, "192.0.2.7")
_AGENT = indicator(IndicatorKind.USER_AGENT, "harness/1")
_ACCOUNT = indicator(IndicatorKind.ACCOUNT, "a-1")


def test_a_listed_address_does_not_leave_alone():
    spared = spare(campaign(_LISTED, _OTHER), _CLOUD)
    assert spared.campaign == campaign(_OTHER)
    assert [one.indicator for one in spared.held_back] == [_LISTED]
    assert "Cloud" in spared.held_back[0].why
    assert spared.lowered == ()


def test_a_program_that_strangers_use_is_no_company_for_it():
    assert spare(campaign(_LISTED, _AGENT), _CLOUD).campaign == campaign(_AGENT)


def test_beside_something_of_the_operators_own_it_leaves_at_a_low_confidence():
    spared = spare(campaign(_LISTED, _ACCOUNT), _CLOUD)
    assert spared.campaign == campaign(replace(_LISTED, confidence=LOW), _ACCOUNT)
    assert [one.indicator for one in spared.lowered] == [_LISTED]
    assert spared.held_back == ()


def test_a_confidence_is_never_raised():
    doubtful = replace(_LISTED, confidence=5)
    assert spare(campaign(doubtful, _ACCOUNT), _CLOUD).campaign == campaign(doubtful, _ACCOUNT)


def test_without_lists_all_leaves():
    assert spare(campaign(_LISTED), Warninglists()) == (campaign(_LISTED), (), ())


def test_what_was_read_loses_it_with_its_reason():
    read = spare_read(ReadBundle(campaigns=(campaign(_LISTED, _OTHER),)), _CLOUD)
    assert read.campaigns == (campaign(_OTHER),)
    assert [(one.id, "Cloud" in one.why) for one in read.refused] == [(_LISTED.id, True)]
    whole = ReadBundle(campaigns=(campaign(_LISTED),))
    assert spare_read(whole, Warninglists()) is whole
