"""A dossier is what the scan found, with what speaks against it, under names that say nothing."""

from __future__ import annotations

import pytest

from exchange_log import quiet
from gathered import AT, attribution
from stillwatch.core.dossier import Element, LimitKind
from stillwatch.core.errors import InputError
from stillwatch.service.evidence.gather_dossier import DossierAsked, gather_dossier


def test_every_piece_of_evidence_is_a_statement_with_its_null_model(dossier_stand):
    dossier, campaign = dossier_stand.gathered.dossier, dossier_stand.result.campaigns[0]
    said = {one.source: one for one in dossier.statements}
    assert {f"{one.family}:{one.source}" for one in campaign.evidence} <= set(said)
    assert all(one.null_model for one in said.values() if one.p_value is not None)
    assert any(Element.TERMS in one.elements for one in dossier.statements)


def test_every_honest_case_and_what_speaks_against_it_are_there(dossier_stand):
    dossier, campaign = dossier_stand.gathered.dossier, dossier_stand.result.campaigns[0]
    assert {one.twin for one in campaign.twins_considered} <= {one.name for one in dossier.alternatives}
    assert {one.kind for one in dossier.limits} == set(LimitKind)
    assert dossier.error_rates.rates


def test_each_member_has_a_name_in_the_keys_and_the_ledger_was_asked(dossier_stand):
    dossier, campaign = dossier_stand.gathered.dossier, dossier_stand.result.campaigns[0]
    assert {one.account for one in dossier.members} == {one.account_id for one in campaign.members}
    assert len({one.token for one in dossier.members} - {""}) == len(campaign.members)
    assert (dossier.authorised.entries, dossier.authorised.matches) == (1, ())
    assert "none of the accounts" in dossier.authorised.because


def test_where_it_is_from_is_told_to_the_log_file(dossier_stand):
    dossier, run = dossier_stand.gathered.dossier, dossier_stand.result.run
    assert {one.sha256 for one in dossier.inputs} == {one.sha256 for one in run.inputs}
    assert sum(one.exchanges for one in dossier.inputs) == run.exchanges
    assert [one.who for one in dossier.steps] == [f"stillwatch {run.version}"] * 2 + ["A. Keeper"]


def test_a_recipe_that_was_not_run_is_said_to_be_so(dossier_stand):
    against = [one.text for one in dossier_stand.gathered.dossier.limits if one.kind is LimitKind.AGAINST]
    assert "the recipe was not run before it was handed out" in against


def test_nothing_is_made_of_a_campaign_that_is_not_there(dossier_stand, tmp_path):
    asked = DossierAsked(made_by="A. Keeper")
    with pytest.raises(InputError, match="no campaign of this result"):
        gather_dossier(dossier_stand.out, "c-none", asked, keys=tmp_path / "keys", at=AT, progress=quiet)
    assert not (tmp_path / "keys").exists()


def test_a_test_of_a_suspect_model_is_in_it_as_it_was_written(dossier_stand):
    dossier, given = dossier_stand.gathered.dossier, dossier_stand.gathered.attributions
    assert [(one.path, one.data) for one in given] == [("analysis/attribution-1.json", attribution())]
    assert given[0].said in dossier.statements
