"""The arrangement of a dossier: by element, with what speaks against it, and for each tier what it may show."""

from __future__ import annotations

from dataclasses import replace

from dossier_factory import dossier
from stillwatch.core.campaign import Verdict
from stillwatch.core.dossier import Element
from stillwatch.evidence.dossier_document import public_dossier
from stillwatch.faces.report.dossier_view import dossier_view


def test_every_element_has_its_section_and_a_statement_stands_under_each_of_its_own():
    view = dossier_view(dossier(), is_confidential=True)
    assert [one.number for one in view.elements] == [one.value for one in Element]
    shown = {one.number: [each.text for each in one.statements] for one in view.elements}
    assert shown["(i)"] == shown["(B)(iii)"] == ["work of anna went on at ben"]
    assert shown["(ii)"] == []
    assert view.elements[0].statements[0].also == ("(B)(iii)",)


def test_the_first_words_say_how_much_is_observed_and_how_much_speaks_against_it():
    lede = " ".join(dossier_view(dossier(), is_confidential=True).lede)
    assert "2 statements (1 observed, 1 alleged)" in lede
    assert "names 1 thing that speaks against them" in lede


def test_a_group_to_review_is_not_called_a_campaign():
    made = dossier(campaign=replace(dossier().campaign, verdict=Verdict.REVIEW))
    assert dossier_view(made, is_confidential=False).title == "Group to review c-1"


def test_samples_and_wording_are_for_the_confidential_tier():
    whole = dossier_view(dossier(), is_confidential=True)
    redacted = dossier_view(public_dossier(dossier()), is_confidential=False)
    assert (len(whole.samples), len(whole.wordings)) == (1, 1)
    assert (redacted.samples, redacted.wordings) == ((), ())
    assert [name for name, _ in whole.members] == ["anna", "ben"]
    assert [name for name, _ in redacted.members] == ["t0", "t1"]


def test_of_very_many_members_the_surest_are_shown_and_the_rest_is_counted():
    one = dossier().members[0]
    many = tuple(replace(one, token=f"t{number}") for number in range(500))
    view = dossier_view(dossier(members=many), is_confidential=True)
    assert (len(view.members), view.members_left_out) == (400, 100)
