"""Put a dossier together from a scan's result, its store and what the transparency log says of both.

    gathered = gather_dossier(Path("out"), "c-1a2b3c", asked, keys=Path("work/keys"), at=now)
    gathered.dossier.statements, gathered.recipe

Nothing is written but the keys that are handed out (`logs.export_keys`); the store is asked anew as `explain` asks it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from stillwatch.core.dossier import (
    Alternative,
    Dossier,
    DossierMember,
    DossierSample,
    DossierStatement,
    Limit,
    Step,
)
from stillwatch.core.version import VERSION
from stillwatch.evaluation.board_plan import code_digest
from stillwatch.evaluation.measured import campaign_like, error_rates
from stillwatch.evidence.dossier_attribution import read_attribution
from stillwatch.evidence.dossier_limits import limits_of
from stillwatch.evidence.dossier_statements import silent_elements, statements_of
from stillwatch.evidence.leaf_entry import digest_of, digest_of_file
from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.as_of import known_at
from stillwatch.logs.export_keys import EXPORT_SECRET_BYTES, export_keys
from stillwatch.logs.ledger import load_ledger
from stillwatch.service.bases import read_bases
from stillwatch.service.document import from_document
from stillwatch.service.evidence.authorised_check import authorised_check
from stillwatch.service.evidence.export_ledger import export_ledger
from stillwatch.service.evidence.read_inputs import read_inputs
from stillwatch.service.evidence.rerun_recipe import LEDGER_FILE, Recipe
from stillwatch.service.evidence.scan_keys import scan_keys
from stillwatch.service.explain import explain
from stillwatch.service.find_campaign import find_campaign
from stillwatch.service.store_info import open_existing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.campaign import Basis, Campaign
    from stillwatch.core.explanation import Explanation
    from stillwatch.core.shared_campaign import Statement
    from stillwatch.evidence.dossier_attribution import Attribution
    from stillwatch.service.bases import Bases
    from stillwatch.service.evidence.evidence_log import EvidenceLog
    from stillwatch.service.scan import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierAsked:
    made_by: str
    """Who has it made."""
    facts: tuple[Statement, ...] = ()
    """What no log shows."""
    attributions: tuple[bytes, ...] = ()
    """Results of `stillwatch attribute test`, as they were written."""
    store: Path | None = None
    """Takes the place of the store that the scan was made with."""
    log: EvidenceLog | None = None
    is_tried: bool = True
    """Whether the recipe is run once before it is handed out."""


class Gathered(NamedTuple):
    dossier: Dossier
    finding: Mapping[str, Any]
    """The campaign as it stands in campaigns.json."""
    facts: tuple[Statement, ...]
    attributions: tuple[Attribution, ...]
    recipe: Recipe


def gather_dossier(  # noqa: PLR0913  # what, where to and when
    out: Path, campaign_id: str, asked: DossierAsked, *, keys: Path, at: datetime, progress: Progress
) -> Gathered:
    """Gather everything.

    Args:
        out: Folder of the scan's result.
        campaign_id: An id of campaigns.json, or how it begins.
        asked: What is added by hand, and the log.
        keys: Where the keys that are handed out are written; nothing is there yet.
        at: Now.
        progress: Told how far the trial of the recipe is.

    Raises:
        InputError: There is no such result or campaign, the store no longer holds its members, or an attribution is
            none.
    """
    campaign = find_campaign(out, campaign_id)
    kept = read_bases(out, asked.store)
    told = explain(out, campaign.id, account_id=None, store=asked.store)
    document = orjson.loads((out / "campaigns.json").read_bytes())
    run = from_document(document).run
    finding = next(one for one in document["campaigns"] if one["id"] == campaign.id)
    store = open_existing(kept.settings.store)
    table = known_at(read_accounts(kept.settings.accounts), kept.settings.until) if kept.settings.accounts else None
    span = {"since": kept.settings.since, "until": kept.settings.until}
    exported = export_keys(store, keys, table, secret=secrets.token_bytes(EXPORT_SECRET_BYTES), **span)
    ledger = load_ledger(kept.settings.authorised) if kept.settings.authorised else None
    if ledger:
        (keys / LEDGER_FILE).write_text(export_ledger(ledger, exported.tokens), "utf-8")
    recipe = Recipe.of(
        campaign, exported.tokens, kept.settings, has_accounts=table is not None, has_ledger=bool(ledger)
    )
    code = code_digest()
    recipe = replace(recipe, code=code, exchanges=exported.exchanges, keys_sha256=_digests(keys))
    if asked.is_tried:
        recipe = recipe.tried_with(scan_keys(keys, recipe, clock=lambda: at, progress=progress).campaigns)
    tested = tuple(read_attribution(data, number, campaign) for number, data in enumerate(asked.attributions, 1))
    statements = (
        *statements_of(campaign, {one.evidence.source: one.null_model for one in told.evidence}, asked.facts),
        *(one.said for one in tested if isinstance(one.said, DossierStatement)),
    )
    days = max(1.0, (campaign.last_seen - campaign.first_seen).total_seconds() / 86_400)
    like = campaign_like(
        accounts=campaign.accounts,
        per_day=campaign.exchanges / campaign.accounts / days,
        roles=campaign.roles,
    )
    dossier = Dossier(
        campaign=campaign,
        run=run,
        made_at=at,
        made_by=asked.made_by,
        tool=f"stillwatch {VERSION}, detection {code}",
        statements=statements,
        alternatives=_alternatives(campaign, told),
        limits=(
            *limits_of(
                campaign,
                run,
                told,
                silent=silent_elements(statements),
                content=store.settings.content,
                is_experimental=_basis(kept, campaign).is_experimental,
                rerun=recipe.said,
            ),
            *(one.said for one in tested if isinstance(one.said, Limit)),
        ),
        error_rates=error_rates(like, code),
        authorised=authorised_check(
            campaign, ledger, digest_of_file(kept.settings.authorised) if kept.settings.authorised else ""
        ),
        members=tuple(
            DossierMember(
                token=exported.tokens.get(one.account_id, ""),
                account=one.account_id,
                standing=one.standing.value,
                confidence=one.confidence,
                because=one.because,
            )
            for one in campaign.members
        ),
        samples=_samples(told, exported.tokens),
        wordings=told.keys,
        inputs=read_inputs(store, asked.log),
        steps=_steps(run, campaign, finding, asked, at),
    )
    return Gathered(dossier, finding, asked.facts, tested, recipe)


def _digests(keys: Path) -> dict[str, str]:
    """Path below the folder → SHA-256 of each file."""
    files = sorted(one for one in keys.rglob("*") if one.is_file() and not one.name.startswith("."))
    return {one.relative_to(keys).as_posix(): digest_of_file(one) for one in files}


def _basis(kept: Bases, campaign: Campaign) -> Basis:
    return next(one for one in kept.bases if one.campaign_id == campaign.id)


def _alternatives(campaign: Campaign, told: Explanation) -> tuple[Alternative, ...]:
    """Each honest case, as the scan considered it, or anew where the scan says nothing of it."""
    said = {one.twin: one.why_not for one in (*told.twins, *campaign.twins_considered)}
    fits = "fits: "
    return tuple(
        Alternative(name=name, fits=because.startswith(fits), because=because.removeprefix(fits))
        for name, because in said.items()
    )


def _samples(told: Explanation, tokens: Mapping[str, str]) -> tuple[DossierSample, ...]:
    return tuple(
        DossierSample(token=tokens.get(one.account_id, ""), sent_at=one.at, model=one.model, text=one.excerpt)
        for one in told.shown
        if one.excerpt
    )


def _steps(
    run: Any, campaign: Campaign, finding: Mapping[str, Any], asked: DossierAsked, at: datetime
) -> tuple[Step, ...]:
    program = f"stillwatch {run.version}"
    return (
        Step(run.started_at, f"began to read {len(run.inputs):,} log files", program, ""),
        Step(run.finished_at, f"found {campaign.id} among {run.exchanges:,} exchanges", program, digest_of(finding)),
        Step(at, "put this dossier together", asked.made_by, ""),
    )
