"""`stillwatch explain`: what a campaign rests on, and what would change the verdict."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.faces.cli.engine_options import engine_options
from stillwatch.faces.cli.evidence_option import BY, EVIDENCE, REASON, notebook_at
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.explain_text import explanation_text
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    from stillwatch.core.explanation import Explanation
    from stillwatch.service.settings import EngineChoice

acted = later("stillwatch.service.evidence.acted", "acted", extra="evidence")
note_access = later("stillwatch.service.evidence.access", "note_access", extra="evidence")
explain = later("stillwatch.service.explain", "explain")

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(name="explain")
@click.argument("campaign")
@click.argument("account", required=False)
@click.option(
    "--out", type=_FOLDER, default=Path("stillwatch-out"), show_default=True, help="Folder of the scan's result."
)
@click.option("--store", type=_FOLDER, help="Folder of the store, where it has moved since the scan.")
@engine_options
@EVIDENCE
@BY
@REASON
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
def explain_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    campaign: str,
    account: str | None,
    out: Path,
    store: Path | None,
    engine: EngineChoice,
    evidence: Path | None,
    by: str,
    reason: str,
    as_json: bool,
) -> int:
    """Say what CAMPAIGN rests on, or how ACCOUNT belongs to it. CAMPAIGN is an id of campaigns.json, or its beginning.

    Each evidence with what its figure is held against, the words that tie the accounts, the exchanges behind them, what
    honest explanation was ruled out by which number, and what would change the verdict: all worked out anew from the
    store. With --evidence it is noted who looks and why, before anything is shown.
    """
    book = notebook_at(evidence)
    told = explain(out, campaign, account_id=account, store=store, engine=engine)
    if book:
        seen = {"account": account or "", "exchanges": len(told.shown), "keys": len(told.keys)}
        note_access(book, "explained", acted(name=by, reason=reason), about=told.campaign_id, seen=seen)
    click.echo(json.dumps(_plain(told), indent=2) if as_json else explanation_text(told))
    return NOTHING_FOUND


def _plain(told: Explanation) -> Any:
    return json.loads(json.dumps(asdict(told), default=_time))


def _time(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)
