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
