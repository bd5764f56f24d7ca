"""The JSON document of a scan, `stillwatch.campaigns/1`, described by `campaigns-1.schema.json` beside this file.

    document = to_document(result)
    document["schema"]                  # "stillwatch.campaigns/1"
    run, campaigns = from_document(document)

The order is fixed: campaigns from the surest to the least sure, evidence from the strongest, members from the
surest, inputs by path. Two scans of one log differ in the times of the run alone.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn, TypeVar

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

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA: Final = "stillwatch.campaigns/1"

_Closed = TypeVar("_Closed", bound=StrEnum)


class Document(NamedTuple):
    """What the document holds of a scan; groups set aside, pictures and rejects are in the report alone."""

    run: Run
    campaigns: tuple[Campaign, ...]
    early_warnings: tuple[EarlyWarning, ...] = ()


def to_document(result: ScanResult) -> dict[str, Any]:
    """Arrange a scan as the document, ready for any JSON writer: only dict, list, str, int, float and bool."""
    ranked = sorted(result.campaigns, key=lambda campaign: (campaign.q_value, -campaign.exchanges, campaign.id))
    return {
        "schema": SCHEMA,
        "run": _run(result.run),
        "campaigns": [campaign_document(campaign) for campaign in ranked],
        "early_warnings": [_warning(each) for each in sorted(result.early_warnings, key=_warning_order)],
    }


def from_document(document: Mapping[str, Any]) -> Document:
    """Read a document back. Unknown keys are passed over; a missing or wrong one is an `InputError` that names it."""
    root = _Reader(document, "campaigns.json")
    schema = root.text("schema")
    if schema != SCHEMA:
        raise InputError(f"schema is {schema!r}, not {SCHEMA!r}", where=root.where, mend="scan again with this version")
    return Document(
        _read_run(root.child("run")),
        tuple(_read_campaign(each) for each in root.children("campaigns")),
        tuple(_read_warning(each) for each in root.children("early_warnings")),
    )


def _run(run: Run) -> dict[str, Any]:
    return {
        "version": run.version,
        "started_at": _moment(run.started_at),
        "finished_at": _moment(run.finished_at),
        "complete": run.complete,
        "inputs": [_input(each) for each in sorted(run.inputs, key=lambda each: (each.path, each.format))],
        "exchanges": run.exchanges,
        "accounts": run.accounts,
        "fdr": run.fdr,
        "coverage": {family: run.coverage[family] for family in sorted(run.coverage)},
        "warnings": list(run.warnings),
    }


def _input(source: Input) -> dict[str, Any]:
    return {
        "path": source.path,
        "sha256": source.sha256,
        "format": source.format,
        "exchanges": source.exchanges,
        "rejected": source.rejected,
    }


def campaign_document(campaign: Campaign) -> dict[str, Any]:
    """Lay out one campaign."""
    return {
        "id": campaign.id,
        "verdict": campaign.verdict.value,
        "q_value": campaign.q_value,
        "confidence": campaign.confidence,
        "exchanges": campaign.exchanges,
        "accounts": campaign.accounts,
        "first_seen": _moment(campaign.first_seen),
        "last_seen": _moment(campaign.last_seen),
        "roles": list(campaign.roles),
        "capabilities": list(campaign.capabilities),
        "evidence": [_evidence(each) for each in sorted(campaign.evidence, key=_evidence_order)],
        "members": [_member(each) for each in sorted(campaign.members, key=_member_order)],
        "twins_considered": [{"twin": each.twin, "why_not": each.why_not} for each in campaign.twins_considered],
        "sets": [set_taken(each) for each in campaign.sets],
        **({} if campaign.screened is None else {"screened": [_screened(each) for each in campaign.screened]}),
    }


def set_taken(one: SetTaken) -> dict[str, Any]:
    """Lay out how much of a public prompt set was taken."""
    return {
        "name": one.name,
        "items": one.items,
        "taken": one.taken,
        "taken_share": one.taken_share,
        "exchanges": one.exchanges,
        "shards": one.shards,
        "whole": one.whole,
        "overlap_share": one.overlap_share,
        "because": one.because,
    }


def _screened(one: ScreenedMember) -> dict[str, Any]:
    return {**asdict(one), "on_lists": list(one.on_lists)}


def _warning(one: EarlyWarning) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "because": one.because,
        "p_value": one.p_value,
        "q_value": one.q_value,
        "accounts": sorted(one.accounts),
        "exchanges": one.exchanges,
        "prompts": one.prompts,
        "first_seen": _moment(one.first_seen),
        "last_seen": _moment(one.last_seen),
        "twin": one.twin,
        "instead": one.instead,
        "excerpt": one.excerpt,
    }


def _warning_order(one: EarlyWarning) -> tuple[str, float, tuple[str, ...]]:
    return (one.kind, one.p_value, one.accounts)


def _evidence_order(evidence: Evidence) -> tuple[float, float, str, str]:
    return (-evidence.score, evidence.p_value, evidence.family.value, evidence.source)


def _member_order(member: Member) -> tuple[float, str]:
    return (-member.confidence, member.account_id)


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "family": evidence.family.value,
        "source": evidence.source,
        "score": evidence.score,
        "p_value": evidence.p_value,
        "because": evidence.because,
        "accounts": evidence.accounts,
        "exchanges": evidence.exchanges,
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "account_id": member.account_id,
        "standing": member.standing.value,
        "confidence": member.confidence,
        "because": member.because,
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class _Reader:
    """One object of the document; it knows where it stands, so that every error can say so."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise InputError(f"expected an object, found {type(value).__name__}", where=where)
        self._fields: dict[str, Any] = value
        self.where = where

    def has(self, name: str) -> bool:
        return name in self._fields

    def text(self, name: str) -> str:
        value = self._get(name)
        return value if isinstance(value, str) else self._fail(name, "a text", value)

    def number(self, name: str) -> float:
        value = self._get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return float(value) if is_number else self._fail(name, "a number", value)

    def count(self, name: str) -> int:
        value = self._get(name)
        is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return int(value) if is_count else self._fail(name, "a count", value)

    def switch(self, name: str) -> bool:
        value = self._get(name)
        return value if isinstance(value, bool) else self._fail(name, "true or false", value)

    def moment(self, name: str) -> datetime:
        written = self.text(name)
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            self._fail(name, "an RFC 3339 time", written)
        return moment.astimezone(UTC) if moment.tzinfo else self._fail(name, "a time with its offset", written)

    def one_of(self, name: str, kind: type[_Closed]) -> _Closed:
        written = self.text(name)
        try:
            return kind(written)
        except ValueError:
            self._fail(name, "one of " + ", ".join(member.value for member in kind), written)

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._list(name)
        return tuple(
            value if isinstance(value, str) else self._fail(f"{name}[{index}]", "a text", value)
            for index, value in enumerate(values)
        )

    def shares(self, name: str) -> dict[str, float]:
        child = self.child(name)
        return {key: child.number(key) for key in child._fields}

    def child(self, name: str) -> _Reader:
        return _Reader(self._get(name), f"{self.where}: {name}")

    def children(self, name: str) -> tuple[_Reader, ...]:
        return tuple(_Reader(value, f"{self.where}: {name}[{i}]") for i, value in enumerate(self._list(name)))

    def _list(self, name: str) -> list[Any]:
        value = self._get(name)
        return value if isinstance(value, list) else self._fail(name, "a list", value)

    def _get(self, name: str) -> Any:
        if name not in self._fields:
            raise InputError(f"{name!r} is missing", where=self.where, mend=f"it must follow {SCHEMA}")
        return self._fields[name]

    def _fail(self, name: str, wanted: str, value: object) -> NoReturn:
        shown = repr(value)[:60]
        raise InputError(f"{name!r} must be {wanted}, found {shown}", where=self.where, mend=f"it must follow {SCHEMA}")


def _read_run(run: _Reader) -> Run:
    return Run(
        version=run.text("version"),
        started_at=run.moment("started_at"),
        finished_at=run.moment("finished_at"),
        complete=run.switch("complete"),
        inputs=tuple(_read_input(each) for each in run.children("inputs")),
        exchanges=run.count("exchanges"),
        accounts=run.count("accounts"),
        fdr=run.number("fdr"),
        coverage=run.shares("coverage"),
        warnings=run.texts("warnings"),
    )


def _read_input(source: _Reader) -> Input:
    return Input(
        path=source.text("path"),
        sha256=source.text("sha256"),
        format=source.text("format"),
        exchanges=source.count("exchanges"),
        rejected=source.count("rejected"),
    )


def _read_campaign(campaign: _Reader) -> Campaign:
    return Campaign(
        id=campaign.text("id"),
        verdict=campaign.one_of("verdict", Verdict),
        q_value=campaign.number("q_value"),
        confidence=campaign.number("confidence"),
        exchanges=campaign.count("exchanges"),
        accounts=campaign.count("accounts"),
        first_seen=campaign.moment("first_seen"),
        last_seen=campaign.moment("last_seen"),
        roles=campaign.texts("roles"),
        capabilities=campaign.texts("capabilities"),
        evidence=tuple(_read_evidence(each) for each in campaign.children("evidence")),
        members=tuple(_read_member(each) for each in campaign.children("members")),
        twins_considered=tuple(
            TwinConsidered(twin=each.text("twin"), why_not=each.text("why_not"))
            for each in campaign.children("twins_considered")
        ),
        sets=tuple(_read_set(each) for each in campaign.children("sets")),
        screened=_read_screened(campaign),
    )


def _read_evidence(evidence: _Reader) -> Evidence:
    return Evidence(
        family=evidence.one_of("family", Family),
        source=evidence.text("source"),
        score=evidence.number("score"),
        p_value=evidence.number("p_value"),
        because=evidence.text("because"),
        accounts=evidence.count("accounts"),
        exchanges=evidence.count("exchanges"),
    )


def _read_member(member: _Reader) -> Member:
    return Member(
        account_id=member.text("account_id"),
        standing=member.one_of("standing", Standing),
        confidence=member.number("confidence"),
        because=member.text("because"),
    )


def _read_set(one: _Reader) -> SetTaken:
    return SetTaken(
        name=one.text("name"),
        items=one.count("items"),
        taken=one.count("taken"),
        exchanges=one.count("exchanges"),
        shards=one.count("shards"),
        whole=one.count("whole"),
        overlap_share=one.number("overlap_share"),
        because=one.text("because"),
    )


def _read_screened(campaign: _Reader) -> tuple[ScreenedMember, ...] | None:
    if not campaign.has("screened"):
        return None
    texts = ("account_id", "asked", "source", "source_id", "listed_name", "because", "state", "candidate")
    return tuple(
        ScreenedMember(
            **{name: each.text(name) for name in texts},
            on_lists=each.texts("on_lists"),
            score=each.number("score"),
        )
        for each in campaign.children("screened")
    )


def _read_warning(one: _Reader) -> EarlyWarning:
    return EarlyWarning(
        kind=one.text("kind"),
        because=one.text("because"),
        p_value=one.number("p_value"),
        q_value=one.number("q_value"),
        accounts=one.texts("accounts"),
        exchanges=one.count("exchanges"),
        prompts=one.count("prompts"),
        first_seen=one.moment("first_seen"),
        last_seen=one.moment("last_seen"),
        twin=one.text("twin"),
        instead=one.text("instead"),
        excerpt=one.text("excerpt"),
    )
