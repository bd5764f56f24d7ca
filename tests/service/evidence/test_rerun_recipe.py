"""A recipe is a command and figures: a count that differs is a difference, a last digit is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dossier_factory import campaign
from stillwatch.core.errors import InputError
from stillwatch.service.evidence.rerun_recipe import Recipe
from stillwatch.service.settings import ScanSettings

_TOKENS = {"anna": "t0", "ben": "t1"}


def _recipe() -> Recipe:
    settings = ScanSettings(store=Path("store"), fdr=0.01, seed=7)
    return Recipe.of(campaign(), _TOKENS, settings, has_accounts=True, has_ledger=False)


def _again(**fields):
    made = campaign(**fields)
    members = tuple(replace(one, account_id=_TOKENS[one.account_id]) for one in made.members)
    told = tuple(replace(one, because=one.because.replace("anna", "t0").replace("ben", "t1")) for one in made.evidence)
    return replace(made, id="c-other", members=members, evidence=told)


def test_it_is_the_command_that_anybody_types():
    expected = "stillwatch scan --store sketches --accounts sketches/accounts.parquet --fdr 0.01 --seed 7 --out again"
    assert _recipe().command == expected


def test_it_is_read_as_it_was_written():
    recipe = replace(_recipe(), code="abc", exchanges=5, keys_sha256={"settings.json": "ab"}, tried=())
    assert Recipe.read(recipe.write()).write() == recipe.write()


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"q_value": 1e-8 * (1 + 1e-9)}, []),
        ({"q_value": 2e-8}, ["/q_value"]),
        ({"exchanges": 401}, ["/exchanges"]),
        ({"capabilities": ()}, ["/capabilities"]),
    ],
)
def test_figures_are_compared_one_by_one(changed, fields):
    assert [one.field for one in _recipe().differences([_again(**changed)])] == fields


def test_the_campaign_that_shares_most_members_is_compared():
    stranger = replace(_again(), members=(), exchanges=9)
    assert _recipe().differences([stranger, _again()]) == ()
    assert [one.expected for one in _recipe().differences([])] == ["a campaign"]


def test_nobody_is_named_in_it_and_nothing_is_quoted():
    text = _recipe().write()
    assert not [word for word in (b"anna", b"ben", b"write it all out") if word in text]


def test_what_a_trial_gave_is_said():
    assert "was not run" in _recipe().said
    assert _recipe().tried_with([_again()]).said == ""
    assert "1 figures come out otherwise: /exchanges" in _recipe().tried_with([_again(exchanges=401)]).said


@pytest.mark.parametrize("data", [b"", b"[]", b'{"schema": "stillwatch.recipe/9"}'])
def test_another_file_is_no_recipe(data):
    with pytest.raises(InputError, match="recipe"):
        Recipe.read(data)
