from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

import jsonschema
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.campaign import (
    Campaign,
    Evidence,
    Family,
    Input,
    Member,
    Run,
    ScanResult,
    Standing,
    TwinConsidered,
    Verdict,
)
from stillwatch.core.early_warning import EarlyWarning
from stillwatch.core.errors import InputError
from stillwatch.core.prompt_set import SetTaken
from stillwatch.core.screened_member import ScreenedMember
from stillwatch.service.document import from_document, to_document

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

RUN = Run(
    version="0.1.0",
    started_at=NOON,
    finished_at=NOON + timedelta(minutes=2, microseconds=5),
    complete=True,
    inputs=(Input(path="b.jsonl", sha256="ab" * 32, format="litellm", exchanges=90, rejected=1),),
    exchanges=90,
    accounts=12,
    fdr=0.01,
    coverage={"timing": 1.0, "content": 0.5},
    warnings=("One address carries 98 of 100 accounts.",),
)

CAMPAIGN = Campaign(
    id="c-1",
    verdict=Verdict.REVIEW,
    q_value=1e-6,
    confidence=0.98,
    exchanges=80,
    accounts=2,
    first_seen=NOON,
    last_seen=NOON + timedelta(days=3),
    roles=("harvest",),
    capabilities=("coding",),
    evidence=(
        Evidence(
            family=Family.CONTENT,
            source="template",
            score=0.9,
            p_value=1e-9,
            because="All 2 accounts send one template.",
            accounts=2,
            exchanges=80,
        ),
    ),
    members=(
        Member(account_id="a", standing=Standing.OPERATOR, confidence=0.99, because="Only the template."),
        Member(account_id="b", standing=Standing.VICTIM, confidence=0.7, because="Its key was used by others."),
    ),
    twins_considered=(TwinConsidered(twin="classroom", why_not="No two prompts are alike."),),
    sets=(
        SetTaken(
            name="public_maths",
            items=100,
            taken=83,
            exchanges=90,
            shards=2,
            whole=0,
            overlap_share=0.0,
            because="covered 83 % of the 100 prompts of public_maths between 2 accounts; any two share 0 %",
        ),
    ),
    screened=(
        ScreenedMember(
            account_id="b",
            asked="Orrin Works Ltd",
            source="EL",
            source_id="e-1",
            listed_name="Orrin Works",
            on_lists=("csl (2026-02-28)",),
            score=0.91,
            because="'Orrin Works Ltd' reads like 'Orrin Works'",
            state="open",
            candidate="f00d",
        ),
    ),
)

WARNING = EarlyWarning(
    kind="variant_sweep",
    because="400 one-off variants of one request by 3 accounts, 51% of them refused (at most 10% is usual)",
    p_value=1e-9,
    q_value=1e-7,
    accounts=("acct-3", "acct-4"),
    exchanges=420,
    prompts=400,
    first_seen=NOON,
    last_seen=NOON + timedelta(days=1),
    twin="red-team evaluation",
    instead="Red teams use an account that is known as theirs.",
    excerpt="",
)

RESULT = ScanResult(run=RUN, campaigns=(CAMPAIGN,), set_aside=(), pictures=(), rejects=(), early_warnings=(WARNING,))


def check(document: Any) -> None:
    schema = json.loads((files("stillwatch.service") / "campaigns-1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(document)


def test_a_document_follows_its_schema():
    check(json.loads(orjson.dumps(to_document(RESULT))))


def test_an_empty_document_follows_its_schema():
    check(to_document(replace(RESULT, campaigns=())))


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("run",),
        ("run", "inputs", 0),
        ("campaigns", 0),
        ("campaigns", 0, "members", 0),
        ("run", "coverage"),
        ("early_warnings", 0),
    ],
)
def test_the_schema_allows_no_other_key_at_any_level(path: tuple[str | int, ...]):
    document: Any = deepcopy(to_document(RESULT))
    place = document
    for step in path:
        place = place[step]
    place["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError):
        check(document)


def test_the_schema_describes_every_field():
    schema = json.loads((files("stillwatch.service") / "campaigns-1.schema.json").read_text("utf-8"))
    for part in (schema, *schema["$defs"].values()):
        assert part["additionalProperties"] is False
        assert all("description" in field or "$ref" in field for field in part["properties"].values())


def test_times_are_utc_with_z():
    east = timezone(timedelta(hours=5, minutes=30))
    run = to_document(replace(RESULT, run=replace(RUN, started_at=NOON.astimezone(east))))["run"]
    assert (run["started_at"], run["finished_at"]) == ("2026-03-01T12:00:00Z", "2026-03-01T12:02:00.000005Z")


def test_reading_back_gives_the_same_values():
    assert from_document(to_document(RESULT)) == (RUN, (CAMPAIGN,), (WARNING,))


@given(st.permutations(range(5)), st.permutations(range(5)))
def test_the_order_does_not_depend_on_the_order_given(campaigns: list[int], members: list[int]):
    def member(number: int) -> Member:
        return Member(account_id=f"m{number}", standing=Standing.MIXED, confidence=0.5, because="")

    def campaign(number: int, order: list[int]) -> Campaign:
        return replace(CAMPAIGN, id=f"c{number}", members=tuple(member(each) for each in order))

    shuffled = replace(RESULT, campaigns=tuple(campaign(number, members) for number in campaigns))
    straight = replace(RESULT, campaigns=tuple(campaign(number, list(range(5))) for number in range(5)))
    assert orjson.dumps(to_document(shuffled)) == orjson.dumps(to_document(straight))


def test_unknown_keys_are_passed_over():
    document = to_document(RESULT)
    document["later"] = {"x": 1}
    document["campaigns"][0]["later"] = True
    document["campaigns"][0]["members"][0]["later"] = []
    assert from_document(document) == (RUN, (CAMPAIGN,), (WARNING,))


WRONG: dict[str, tuple[tuple[str | int, ...], object, str]] = {
    "schema": (("schema",), "stillwatch.campaigns/9", "stillwatch.campaigns/9"),
    "run is a list": (("run",), [], "run"),
    "verdict": (("campaigns", 0, "verdict"), "guilty", "one of campaign, review"),
    "standing": (("campaigns", 0, "members", 1, "standing"), "bystander", "members[1]"),
    "count is text": (("run", "exchanges"), "90", "a count"),
    "count is below zero": (("run", "exchanges"), -1, "a count"),
    "number is true": (("campaigns", 0, "q_value"), True, "a number"),
    "number is not finite": (("campaigns", 0, "q_value"), float("nan"), "a number"),
    "time without offset": (("run", "started_at"), "2026-03-01T12:00:00", "offset"),
    "time is nonsense": (("run", "started_at"), "noon", "RFC 3339"),
    "roles hold a number": (("campaigns", 0, "roles"), [3], "roles[0]"),
    "members is text": (("campaigns", 0, "members"), "a, b", "a list"),
    "complete is text": (("run", "complete"), "yes", "true or false"),
    "coverage holds text": (("run", "coverage"), {"timing": "all"}, "a number"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named(name: str):
    path, value, said = WRONG[name]
    document: Any = deepcopy(to_document(RESULT))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(InputError) as caught:
        from_document(document)
    assert said in str(caught.value)


def test_a_missing_value_is_named():
    document = to_document(RESULT)
    del document["run"]["fdr"]
    with pytest.raises(InputError, match="'fdr' is missing"):
        from_document(document)


def test_a_scan_that_looked_nobody_up_says_nothing_of_lists():
    document = to_document(replace(RESULT, campaigns=(replace(CAMPAIGN, screened=None),)))
    assert "screened" not in document["campaigns"][0]
    assert from_document(document).campaigns[0].screened is None
