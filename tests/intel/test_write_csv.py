"""Campaigns as a table."""

from __future__ import annotations

import csv
import io

import pytest
from shared_factory import campaign, indicator

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.intel.write_csv import write_csv


def test_one_row_an_indicator_in_the_words_of_published_tables():
    told = campaign(
        indicators=(
            indicator(1, kind=IndicatorKind.ADDRESS, value="192.0.2.7"),
            indicator(2, kind=IndicatorKind.OTHER, value="telegram:12"),
        )
    )
    rows = list(csv.DictReader(io.StringIO(write_csv([told]).decode())))
    assert [(row["id"], row["type"], row["value"], row["actor"]) for row in rows] == [
        (told.indicators[0].id, "ipv4", "192.0.2.7", "cluster-17"),
        (told.indicators[1].id, "telegram", "12", "cluster-17"),
    ]


def test_what_says_who_a_person_is_leaves_as_a_token_only():
    with pytest.raises(InputError, match="token"):
        write_csv([campaign(indicators=(indicator(kind=IndicatorKind.PHONE, value="+4930123456"),))])
    token = indicator(kind=IndicatorKind.PHONE, value="ab" * 32, form=Form.OPRF, key_id="e-7")
    assert b"ab" * 32 in write_csv([campaign(indicators=(token,))])
