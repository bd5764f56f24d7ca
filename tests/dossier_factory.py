"""A dossier by hand: two accounts, one of which is named in a sentence, and figures that are easy to follow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from stillwatch.core.campaign import (
    Campaign,
    Evidence,
    Family,
    Input,
    Member,
    Run,
    Standing,
    TwinConsidered,
    Verdict,
)
from stillwatch.core.dossier import (
    Alternative,
    AuthorisedCheck,
    Dossier,
    DossierInput,
    DossierMember,
    DossierSample,
    DossierStatement,
    Element,
    ErrorRate,
    ErrorRates,
    Limit,
    LimitKind,
    Step,
)
from stillwatch.core.explanation import AskedLink, Change, Explanation, SharedKey, Without
from stillwatch.core.indicator import Certainty

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def campaign(**fields: Any) -> Campaign:
    handed = Evidence(
        family=Family.SUCCESSION,
        source="handover",
        score=1.0,
        p_value=1e-9,
        because="work of anna went on at ben, with 'write it all out'",
        accounts=2,
        exchanges=7,
    )
    asked = Evidence(
        family=Family.CONTENT,
        source="rubric_grading",
        score=0.8,
        p_value=1.0,
        because="80% of the exchanges hand in answers to be graded",
        accounts=2,
        exchanges=320,
    )
    members = (
        Member(account_id="anna", standing=Standing.OPERATOR, confidence=0.96, because="200 of its 200 exchanges"),
        Member(account_id="ben", standing=Standing.VICTIM, confidence=0.4, because="200 of its 900 exchanges"),
    )
    usual = {
        "id": "c-1",
        "verdict": Verdict.CAMPAIGN,
        "q_value": 1e-8,
        "confidence": 0.96,
        "exchanges": 400,
        "accounts": 2,
        "first_seen": datetime(2026, 11, 1, tzinfo=UTC),
        "last_seen": datetime(2026, 11, 11, tzinfo=UTC),
        "roles": ("reward_model",),
        "capabilities": ("general",),
        "evidence": (handed, asked),
        "members": members,
        "twins_considered": (TwinConsidered(twin="classroom", why_not="no lesson lasts ten days"),),
    }
    return Campaign(**{**usual, **fields})


def run(**fields: Any) -> Run:
    usual = {
        "version": "0.1.0",
        "started_at": AT,
        "finished_at": AT,
        "complete": True,
        "inputs": (Input(path="/logs/anna.jsonl", sha256="ab" * 32, format="f", exchanges=1000, rejected=3),),
        "exchanges": 1000,
        "accounts": 40,
        "fdr": 0.01,
        "coverage": {"content": 1.0, "registration": 0.2},
        "warnings": (),
    }
    return Run(**{**usual, **fields})


def told(**fields: Any) -> Explanation:
    usual = {
        "campaign_id": "c-1",
        "account_id": "",
        "accounts": 2,
        "exchanges": 400,
        "p_value": 1e-9,
        "core_p_value": 1e-9,
        "fdr": 0.01,
        "judged": 12,
        "evidence": (),
        "keys": (),
        "without": (Without(family="succession", p_value=0.4, is_reported=False, because="nothing else ties them"),),
        "changes": (
            Change(what="share", now=0.0, needed=0.6, because="if 60% named one organisation it would be let go"),
        ),
        "twins": (TwinConsidered(twin="reseller", why_not="fits: most exchanges name an end user"),),
        "member": None,
        "compared": (),
        "shown": (),
        "sets": (),
        "asked": (
            AskedLink(name="handover", is_askable=True, reads=("chain_self",)),
            AskedLink(name="shared_address", is_askable=True, reads=("client_address",)),
            AskedLink(name="created_together", is_askable=False, reads=("created_at",)),
        ),
    }
    return Explanation(**{**usual, **fields})


def dossier(**fields: Any) -> Dossier:
    found = campaign()
    statement = DossierStatement(
        elements=(Element.CIRCUMVENTION, Element.COORDINATION),
        text="work of anna went on at ben",
        public_text="work of ⟨account⟩ went on at ⟨account⟩",
        certainty=Certainty.OBSERVED,
        confidence=0.99,
        source="succession:handover",
        null_model="a refusal leads to a hand-over as often as others do.",
        p_value=1e-9,
        values={"accounts": 2},
        where="analysis/campaign.json#/evidence/0",
    )
    alleged = DossierStatement(
        elements=(Element.TERMS,),
        text="section 4 forbids it",
        public_text="section 4 forbids it",
        certainty=Certainty.ALLEGED,
        confidence=0.9,
        source="added by hand:terms:extraction",
        values={"confidence": 90},
        where="analysis/facts.json#/facts/0",
    )
    usual = {
        "campaign": found,
        "run": run(),
        "made_at": AT,
        "made_by": "A. Keeper",
        "tool": "stillwatch 0.1.0, detection 0123456789ab",
        "statements": (statement, alleged),
        "alternatives": (
            Alternative(name="classroom", fits=False, because="no lesson lasts ten days"),
            Alternative(name="reseller", fits=True, because="most exchanges name an end user"),
        ),
        "limits": (Limit(kind=LimitKind.AGAINST, text="anna may be a victim"),),
        "error_rates": ErrorRates(
            rates=(
                ErrorRate(what="false logs", mean=0.0, low=0.0, high=0.0355, logs=102, basis="102 logs"),
                ErrorRate(what="missed", mean=0.5, low=None, high=None, logs=1, basis="one log"),
            ),
            because="one scenario is like it",
            is_same_code=False,
        ),
        "authorised": AuthorisedCheck(entries=3, ledger_sha256="cd" * 32, matches=("ben: Red team",), because="one is"),
        "members": tuple(
            DossierMember(
                account=one.account_id,
                token=f"t{number}",
                standing=one.standing.value,
                confidence=one.confidence,
                because=one.because,
            )
            for number, one in enumerate(found.members)
        ),
        "samples": (DossierSample(token="t0", sent_at=AT, model="harbour-2", text="Grade <b>this</b> answer"),),  # noqa: S106  # the name of an account
        "wordings": (
            SharedKey(kind="a run of four words", words="write it all out", accounts=2, exchanges=9, others=0),
        ),
        "inputs": (
            DossierInput(
                path="/logs/anna.jsonl",
                sha256="ab" * 32,
                size_bytes=5000,
                format="f",
                exchanges=1000,
                rejected=3,
                batch_leaf=4,
                sealed_at=AT,
            ),
        ),
        "steps": (Step(AT, "found c-1", "stillwatch 0.1.0", "ef" * 32),),
    }
    return Dossier(**{**usual, **fields})
