"""A shown dependence is a statement, anything else a limit, and what a shared key cannot say is said."""

from __future__ import annotations

import pytest

from dossier_factory import campaign
from gathered import attribution
from stillwatch.core.dossier import DossierStatement, Element, Limit, LimitKind
from stillwatch.core.errors import InputError
from stillwatch.core.indicator import Certainty
from stillwatch.evidence.dossier_attribution import read_attribution


def test_a_dependence_is_observed_and_bears_on_correlation() -> None:
    found = read_attribution(attribution(), 1, campaign())
    assert found.data == attribution()
    assert isinstance(found.said, DossierStatement)
    assert (found.said.elements, found.said.certainty) == ((Element.CORRELATION,), Certainty.OBSERVED)
    assert found.said.p_value == pytest.approx(10**-49.7)
    assert found.said.where == f"{found.path}#/verdict"
    assert "it does not say through which accounts" in found.said.text


def test_a_key_of_the_campaign_s_own_cohort_names_its_accounts() -> None:
    one = campaign()
    tests = [{"key": f"cohort/{one.id}/2026-11-16", "rule": "mode", "n": 9, "adjusted_log10_p": -400.0}]
    said = read_attribution(attribution(tests=tests), 2, one).said
    assert isinstance(said, DossierStatement)
    assert "through which accounts" not in said.text
    assert said.p_value == 1e-300
    assert said.values["log10_p"] == -400.0


def test_a_cohort_s_own_codeword_names_its_accounts_too() -> None:
    one = campaign()
    tests = [
        {
            "key": "codebook/all/e",
            "scheme": f"wordings/1?cohort={one.id}",
            "rule": "codeword",
            "n": 9,
            "adjusted_log10_p": -4.0,
        }
    ]
    said = read_attribution(attribution(tests=tests, claim={"units": "choices"}), 2, one).said
    assert isinstance(said, DossierStatement)
    assert "through which accounts" not in said.text
    assert said.values["choices"] == 9


@pytest.mark.parametrize("kind", ["inconclusive", "refused"])
def test_anything_else_is_a_limit(kind: str) -> None:
    said = read_attribution(attribution(verdict={"kind": kind, "sentence": "No."}), 1, campaign()).said
    assert said == Limit(
        kind=LimitKind.NOT_SHOWN, text=f"a test of the model 'model-x' against our keys is {kind}: No."
    )


@pytest.mark.parametrize("data", [b"{", b"[]", b"{}", attribution(schema="x"), attribution(tests=[])])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="no result of an attribution"):
        read_attribution(data, 1, campaign())
