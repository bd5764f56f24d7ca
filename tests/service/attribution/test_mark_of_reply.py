"""Which mark a reply carries hangs on what was deployed then, for whom, and on how the answer was drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stillwatch.core.deployed_mark import DeployedMark
from stillwatch.core.served_mark import Carries
from stillwatch.service.attribution.mark_of_reply import Request, deployment_of, mark_of_reply, without_sampler

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GLOBAL = DeployedMark(
    at=NOON,
    engine="vllm",
    release="0.33",
    models=("lab-*",),
    scheme="vllm_gumbel",
    parameters={},
    label="global/2026-11-16",
    key_id="a",
    leaf=0,
    tokenizer_sha256="",
)
NEXT = replace(GLOBAL, at=NOON + timedelta(days=1), label="global/2026-11-23", key_id="b")
COHORT = replace(GLOBAL, label="cohort/c-7/2026-11-16", key_id="c", tag="c-7")
ALL = (GLOBAL, COHORT, NEXT)


def asked(hours=1, **said):
    return Request(**({"at": (NOON + timedelta(hours=hours)).timestamp(), "model": "lab-1", "parameters": {}} | said))


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        (asked(), GLOBAL),
        (asked(30), NEXT),
        (asked(-1), None),
        (asked(model="other"), None),
        (asked(tags=("c-7",)), COHORT),
        (asked(30, tags=("c-7", "x")), COHORT),
        (asked(tags=("x",)), GLOBAL),
    ],
    ids=["the one in force", "the newest", "before", "another model", "a tag", "a tag later on", "a tag of no engine"],
)
def test_the_deployment_in_force(request_, found):
    assert deployment_of(request_, ALL) == found


@pytest.mark.parametrize(
    ("parameters", "carries", "why"),
    [
        ({"temperature": 0.7}, Carries.YES, ""),
        ({"temperature": 0}, Carries.NO, "drawn without chance"),
        ({"use_beam_search": True}, Carries.NO, "beam search"),
        ({"watermarking": False}, Carries.NO, "the client opted out"),
        ({"vllm_xargs": {"a": 1}}, Carries.UNKNOWN, "the client set vllm_xargs"),
        (None, Carries.UNKNOWN, "the request was not read"),
    ],
    ids=str,
)
def test_whether_a_reply_carries_it(parameters, carries, why):
    assert mark_of_reply(asked(parameters=parameters), ALL) == (carries, why, GLOBAL)


def test_a_green_list_marks_what_is_drawn_without_chance_too():
    green = replace(GLOBAL, scheme="vllm_sbw", marks_greedy=True)
    assert mark_of_reply(asked(parameters={"temperature": 0}), [green]) == (Carries.YES, "", green)


def test_what_nothing_was_deployed_for_carries_none():
    assert mark_of_reply(asked(model="other"), ALL).carries is Carries.NO


def test_what_a_policy_takes_out_is_gone_at_every_depth():
    parameters = {"temperature": 1, "watermarking": False, "extra_body": {"vllm_xargs": {}, "seed": 1}}
    assert without_sampler(parameters) == {"temperature": 1, "extra_body": {"seed": 1}}
