"""Tables of indicators as vendors publish them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from shared_factory import NOW, campaign, every_kind, indicator

from stillwatch.core.indicator import Certainty, IndicatorKind
from stillwatch.core.marking import Handling, Tlp
from stillwatch.intel.read_limits import ReadLimits
from stillwatch.intel.vendor_csv import Published, read_vendor_csv
from stillwatch.intel.write_csv import write_csv

_AT = datetime(2026, 9, 1, tzinfo=UTC)
_BY = Published(producer_name="Northlight", at=_AT)
_ID = "indicator--9f1d1f3e-2f64-4d2e-8a52-0b3f6b1c7a01"
_TABLE = f"""\
indicator_id,indicator_type,indicator,actor,first_seen,last_seen,confidence,report
{_ID},domain,relay[.]example,GTG-90001,2026-05-01,2026-07-03T10:00:00Z,high,R1
,ipv4,192.0.2[.]7,GTG-90001,2026-06-01,,80,R1
,account,user_017,GTG-90002,,,,R2
,telegram_id,12345,GTG-90002,,,0.5,R2
,sha256,{"ab" * 32},,,,,R2
""".encode()


def test_the_rows_of_an_actor_are_one_campaign():
    read = read_vendor_csv(_TABLE, _BY)
    assert [(one.name, len(one.indicators)) for one in read.campaigns] == [
        ("GTG-90001", 2),
        ("GTG-90002", 2),
        ("indicators of Northlight", 1),
    ]
    first, second, _ = read.campaigns
    assert (first.first_seen, first.last_seen) == (
        datetime(2026, 5, 1, tzinfo=UTC),
        datetime(2026, 7, 3, 10, tzinfo=UTC),
    )
    assert (second.first_seen, second.version_at, second.producer_name) == (_AT, _AT, "Northlight")
    assert (read.refused, read.passed_over) == ((), (("column report", 1),))


def test_ids_are_kept_verbatim_and_made_where_there_is_none():
    first, again = (read_vendor_csv(_TABLE, _BY) for _ in "ab")
    assert first.campaigns[0].indicators[0].id == _ID
    assert first == again
    later = read_vendor_csv(_TABLE, replace(_BY, at=_AT + timedelta(days=3)))
    assert [one.id for one in later.campaigns] == [one.id for one in first.campaigns]


def test_what_nobody_stands_behind_is_unsure_alleged_and_ends_soon():
    one = read_vendor_csv(_TABLE, _BY).campaigns[1].indicators[0]
    limits = ReadLimits()
    assert (one.confidence, one.certainty) == (limits.confidence, Certainty.ALLEGED)
    assert (one.valid_from, one.valid_until) == (_AT, _AT + limits.lifetime)


def test_confidence_comes_as_words_shares_and_numbers():
    read = read_vendor_csv(_TABLE, _BY)
    assert [one.confidence for told in read.campaigns for one in told.indicators] == [85, 80, 30, 50, 30]


@pytest.mark.parametrize(
    "row",
    [
        "not-an-address,ipv4,,,",
        ",domain,,,",
        "a.example,domain,2026-13-01,,",
        "a.example,domain,,nan,",
        "a.example,domain,,101,",
        "a.example,domain,,,purple",
        "a.example,domain,2031-01-01,,",
    ],
)
def test_one_bad_row_costs_itself_alone(row):
    table = f"value,type,valid_from,confidence,tlp\n{row}\ngood.example,domain,,,\n"
    read = read_vendor_csv(table.encode(), _BY)
    assert [one.value for told in read.campaigns for one in told.indicators] == ["good.example"]
    assert [one.id for one in read.refused] == ["line 2"]


def test_an_id_that_stands_twice_is_taken_once():
    read = read_vendor_csv(f"id,value\n{_ID},a.example\n{_ID},b.example\n".encode(), _BY)
    assert [one.value for told in read.campaigns for one in told.indicators] == ["a.example"]
    assert [one.id for one in read.refused] == [_ID]


def test_the_strictest_marking_of_a_row_holds_for_the_campaign():
    read = read_vendor_csv(b"value,actor,tlp\na.example,x,TLP:WHITE\nb.example,x,amber\n", _BY)
    assert read.campaigns[0].handling.tlp is Tlp.AMBER


def test_rows_of_two_producers_are_never_one_campaign():
    ids = [f"identity--{n}f1d1f3e-2f64-4d2e-8a52-0b3f6b1c7a01" for n in "12"]
    name = campaign().id
    table = f"value,campaign_id,producer_id\na.example,{name},{ids[0]}\nb.example,{name},{ids[1]}\n"
    read = read_vendor_csv(table.encode(), _BY)
    assert [(one.producer_id, len(one.indicators)) for one in read.campaigns] == [(ids[0], 1), (ids[1], 1)]


@pytest.mark.parametrize("is_revoked", [False, True])
def test_what_we_write_comes_back(is_revoked):
    told = campaign(indicators=every_kind(), handling=Handling(tlp=Tlp.AMBER_STRICT), is_revoked=is_revoked)
    (found,) = read_vendor_csv(write_csv([told]), _BY).campaigns
    assert found.indicators == told.indicators
    names = ("id", "producer_id", "producer_name", "name", "first_seen", "last_seen", "version_at", "is_revoked")
    assert [getattr(found, name) for name in names] == [getattr(told, name) for name in names]
    assert found.handling.tlp is Tlp.AMBER_STRICT


def test_a_formula_comes_back_as_the_text_that_it_is():
    told = campaign(name="@cmd", indicators=(indicator(kind=IndicatorKind.ACCOUNT, value='=HYPERLINK("x")'),))
    data = write_csv([told])
    assert b"'=HYPERLINK" in data
    (found,) = read_vendor_csv(data, Published(producer_name="x", at=NOW)).campaigns
    assert (found.name, found.indicators[0].value) == ("@cmd", '=HYPERLINK("x")')
