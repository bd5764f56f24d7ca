"""What the authorised-use ledger says of the members of a campaign."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dossier_factory import campaign
from stillwatch.core.authorised import Authorised
from stillwatch.core.dossier import AuthorisedCheck
from stillwatch.service.evidence.authorised_check import authorised_check

_CAMPAIGN = campaign()
_FIRST_NS, _LAST_NS = (round(at.timestamp() * 1e9) for at in (_CAMPAIGN.first_seen, _CAMPAIGN.last_seen))
_IDS = tuple(one.account_id for one in _CAMPAIGN.members)
_NEW_YEAR_NS = 1_767_225_600 * 10**9  # 2026-01-01T00:00:00Z
_DAY_NS = 86_400 * 10**9
_LICENCE = Authorised(
    name="licence g-1",
    organisation="Acme",
    account_ids=(_IDS[0], "elsewhere"),
    licence="g-1",
    features=("logprobs", "reasoning"),
    valid_from=_NEW_YEAR_NS,
    valid_until=_NEW_YEAR_NS + 3650 * _DAY_NS,
)
_TOLD = "licence g-1 of Acme, from 2026-01-01 00:00Z, before 2035-12-30 00:00Z"
_TEAM = Authorised(name="Red team", account_ids=(_IDS[1],))


def test_a_licence_is_named_with_licensee_term_and_features() -> None:
    assert authorised_check(_CAMPAIGN, (_LICENCE, _TEAM), "cd" * 32) == AuthorisedCheck(
        entries=2,
        ledger_sha256="cd" * 32,
        matches=(
            f"{_IDS[0]}: licence g-1 ({_TOLD}; features: logprobs, reasoning)",
            f"{_IDS[1]}: Red team",
        ),
        because="2 of the accounts were covered by an entry while the campaign ran, 1 of them by a licence, "
        "which grants what its features name and nothing else",
    )


def test_a_licence_that_says_less_is_named_with_what_it_says() -> None:
    bare = replace(_LICENCE, organisation="", features=(), valid_from=None, valid_until=None)
    assert authorised_check(_CAMPAIGN, (bare,), "").matches == (
        f"{_IDS[0]}: licence g-1 (licence g-1, without end; features: none)",
    )


@pytest.mark.parametrize(
    "term",
    [{"valid_from": _LAST_NS + _DAY_NS, "valid_until": None}, {"valid_from": None, "valid_until": _FIRST_NS}],
    ids=["begins after", "ended before"],
)
def test_a_licence_of_another_time_covers_nobody(term: dict[str, Any]) -> None:
    found = authorised_check(_CAMPAIGN, (replace(_LICENCE, **term),), "")
    assert (found.matches, found.because) == (
        (),
        "none of the accounts was covered by any of 1 entries of the ledger while the campaign ran",
    )


def test_no_ledger_is_not_an_empty_one() -> None:
    assert "nobody has checked" in authorised_check(_CAMPAIGN, None, "").because
    assert "none of the accounts" in authorised_check(_CAMPAIGN, (), "").because
