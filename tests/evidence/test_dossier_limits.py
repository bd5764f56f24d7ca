"""What speaks against a finding is said, whoever it serves."""

from __future__ import annotations

import pytest

from dossier_factory import campaign, run, told
from stillwatch.core.campaign import Verdict
from stillwatch.core.dossier import Element, LimitKind
from stillwatch.evidence.dossier_limits import limits_of


def _said(kind: LimitKind, **changed: object) -> str:
    given = {
        "campaign": campaign(),
        "run": run(),
        "told": told(),
        "silent": (Element.TERMS,),
        "content": "sketch",
        "is_experimental": False,
        "rerun": "",
    } | changed
    made = limits_of(given.pop("campaign"), given.pop("run"), given.pop("told"), **given)
    return "\n".join(one.text for one in made if one.kind is kind)


@pytest.mark.parametrize(
    "words",
    [
        "reseller fits: most exchanges name an end user",
        "without the evidence of succession alone the group would not be reported",
        "if 60% named one organisation",
        "1 of the accounts are likely victims",
        "1 of the accounts belong to it with a confidence below one half",
    ],
)
def test_what_would_turn_the_verdict_speaks_against_it(words):
    assert words in _said(LimitKind.AGAINST)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"campaign": campaign(verdict=Verdict.REVIEW)}, "a group to review"),
        ({"run": run(complete=False)}, "the run did not finish"),
        ({"run": run(warnings=("half of the times are missing",))}, "half of the times are missing"),
        ({"is_experimental": True}, "were not measured"),
        ({"rerun": "3 figures come out otherwise"}, "3 figures come out otherwise"),
    ],
)
def test_a_weakness_of_this_run_speaks_against_it(changed, words):
    assert words in _said(LimitKind.AGAINST, **changed)


def test_links_that_found_nothing_are_named_and_those_that_could_not_look_are_told_apart():
    said = _said(LimitKind.NOT_SHOWN)
    assert "shared address was looked for among the accounts, and not found" in said
    assert "created together could not be looked for" in said
    assert "handover" not in said
    assert "(iii)" in said


@pytest.mark.parametrize(("content", "words"), [("none", "no text was read"), ("full", "whole"), ("sketch", "hashes")])
def test_what_was_never_collected_is_said(content, words):
    said = _said(LimitKind.NOT_COLLECTED, content=content)
    assert words in said
    assert "registration needs are there on 20%" in said
    assert "3 records" in said
    assert "nationality" in said
