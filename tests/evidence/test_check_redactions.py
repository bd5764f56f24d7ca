from __future__ import annotations

from dataclasses import replace

import pytest
import rfc8785

from sealed_package import package
from stillwatch.core.errors import VerificationError
from stillwatch.evidence.check_redactions import check_redactions, check_shown
from stillwatch.evidence.redaction import OPENINGS, REDACTIONS, read_openings, write_openings
from stillwatch.evidence.sealed_case import Tier
from stillwatch.evidence.store_zip import read_zip

_REDACTED, _OPEN = (read_zip(memoryview(package(tier))) for tier in (Tier.REDACTED, Tier.CONFIDENTIAL))
_SHOWN = read_openings(bytes(_OPEN[OPENINGS]))
_FINDING = "analysis/finding.json"


def test_both_tiers_hold_and_what_is_shown_later_was_taken_out() -> None:
    assert check_redactions(_REDACTED, Tier.REDACTED) == "2 fields were taken out of 1 files"
    assert check_redactions(_OPEN, Tier.CONFIDENTIAL).startswith("2 fields")
    assert check_shown(_REDACTED, _SHOWN[:1]) == "was taken out there: analysis/finding.json#/accounts/0"


@pytest.mark.parametrize("change", [{"value": "acct-8"}, {"field": "/accounts/1"}, {"salt": bytes([9] * 32)}])
def test_what_was_not_taken_out_is_not_taken_for_it(change: dict) -> None:
    with pytest.raises(VerificationError):
        check_shown(_REDACTED, [replace(_SHOWN[0], **change)])
    with pytest.raises(VerificationError):
        check_shown({}, _SHOWN)


@pytest.mark.parametrize(
    ("files", "tier"),
    [
        (_REDACTED | {OPENINGS: _OPEN[OPENINGS]}, Tier.REDACTED),
        (_REDACTED | {_FINDING: _OPEN[_FINDING]}, Tier.REDACTED),
        ({REDACTIONS: _REDACTED[REDACTIONS]}, Tier.REDACTED),
        (_REDACTED, Tier.CONFIDENTIAL),
        (_OPEN | {OPENINGS: memoryview(write_openings(_SHOWN[:1]))}, Tier.CONFIDENTIAL),
        (_OPEN | {_FINDING: memoryview(rfc8785.dumps({"accounts": ["acct-8", "acct-9"]}))}, Tier.CONFIDENTIAL),
    ],
    ids=["shown", "not taken out", "no document", "not shown", "one not shown", "another value"],
)
def test_what_does_not_fit_its_commitments_is_refused(files: dict[str, memoryview], tier: Tier) -> None:
    with pytest.raises(VerificationError):
        check_redactions(files, tier)
