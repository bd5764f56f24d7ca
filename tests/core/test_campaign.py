"""The words of a campaign are part of a published document."""

from __future__ import annotations

import dataclasses
import json
from importlib.resources import files

import pytest

from stillwatch.core import campaign
from stillwatch.core.campaign import Family, Standing, Verdict

_SCHEMA = json.loads(files("stillwatch.service").joinpath("campaigns-1.schema.json").read_text("utf-8"))["$defs"]


@pytest.mark.parametrize(
    ("words", "published"),
    [
        (Verdict, _SCHEMA["campaign"]["properties"]["verdict"]["enum"]),
        (Standing, _SCHEMA["member"]["properties"]["standing"]["enum"]),
        (Family, _SCHEMA["evidence"]["properties"]["family"]["enum"]),
    ],
)
def test_closed_words_are_those_of_the_schema(words: type[Verdict], published: list[str]) -> None:
    assert [word.value for word in words] == published


@pytest.mark.parametrize(("name", "defined"), [("Campaign", "campaign"), ("Run", "run"), ("Evidence", "evidence")])
def test_fields_are_those_of_the_schema(name: str, defined: str) -> None:
    fields = [field.name for field in dataclasses.fields(getattr(campaign, name))]
    assert fields == list(_SCHEMA[defined]["properties"])


def _evidence(source, family, p_value):
    return campaign.Evidence(
        family=family, source=source, score=0.5, p_value=p_value, because=source, accounts=5, exchanges=9
    )


@pytest.mark.parametrize(
    ("told", "among"),
    [
        ("queue", [("client", Family.INFRASTRUCTURE, 1e-12), ("queue", Family.TIMING, 1e-5)]),
        ("handover", [("queue", Family.TIMING, 1e-12), ("handover", Family.SUCCESSION, 1e-4)]),
        ("client", [("client", Family.INFRASTRUCTURE, 1e-12), ("queue", Family.TIMING, 0.2)]),
        ("nearly", [("client", Family.INFRASTRUCTURE, 0.3), ("nearly", Family.TIMING, 0.2)]),
    ],
)
def test_one_hand_is_told_before_what_users_of_a_tool_share(told, among):
    assert campaign.most_telling(_evidence(*one) for one in among).source == told


def test_nothing_is_told_of_nothing():
    assert campaign.most_telling([]) is None
