"""`stillwatch share`: tell others of a campaign, after a look at what leaves."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.indicator import Certainty
from stillwatch.core.marking import Handling, Pap, Tlp
from stillwatch.core.shared_campaign import NetworkProvider, Response, Statement
from stillwatch.core.shared_format import SharedFormat
from stillwatch.core.to_share import AccountForm, ShareOptions
from stillwatch.faces.cli.evidence_option import EVIDENCE, notebook_at
from stillwatch.faces.cli.exits import INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.options import Span
from stillwatch.faces.cli.share_text import preview_lines

if TYPE_CHECKING:
    from stillwatch.core.to_share import ToShare

prepare_share = later("stillwatch.service.sharing.prepare_share", "prepare_share")
is_id = later("stillwatch.intel.stix_ids", "is_id")
is_topic = later("stillwatch.intel.vocabulary.topics", "is_topic")
tell = later("stillwatch.service.sharing.tell", "tell")
ways_of = later("stillwatch.service.sharing.tell", "Ways")
note_shares = later("stillwatch.service.evidence.note_shares", "note_shares", extra="evidence")
take_back = later("stillwatch.service.sharing.take_back", "take_back")

FACTS = click.option(
    "--fact",
    "facts",
    type=(str, click.Choice([one.value for one in Certainty]), click.IntRange(0, 100), str),
    metavar="TOPIC HOW SURE TEXT",
    multiple=True,
    help="What no log shows, such as `credential:fraudulent alleged 60 'Opened with stolen cards.'`; may be repeated.",
)


@click.command(name="share")
@click.argument("result", metavar="OUT", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("campaign")
@click.option("--identity", envvar="STILLWATCH_IDENTITY", show_envvar=True, help="Your STIX id: identity--UUID.")
@click.option("--name", envvar="STILLWATCH_MEMBER", show_envvar=True, help="Your name, as peers know it.")
@click.option(
    "--out", "file", type=click.Path(path_type=Path), help="Write it to this file; a feed of MISP to this folder."
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice([one.value for one in SharedFormat]),
    default=SharedFormat.STIX.value,
    show_default=True,
    help="Of --out; a server gets STIX 2.1.",
)
@click.option(
    "--to",
    metavar="URL",
    help="Send it to this TAXII collection, with the token in STILLWATCH_TOKEN.",
)
@click.option("--tlp", type=click.Choice([one.value for one in Tlp]), default="amber+strict", show_default=True)
@click.option("--pap", type=click.Choice([one.value for one in Pap]), default="green", show_default=True)
@click.option("--permitted-use", default=Handling().permitted_use, show_default=True, help="In words.")
@click.option("--hide-source", is_flag=True, help="Whoever passes it on must not say from whom it came.")
@click.option("--may-resell", is_flag=True, help="Receivers may sell it on unchanged.")
@click.option(
    "--accounts",
    type=click.Choice([one.value for one in AccountForm]),
    default="none",
    show_default=True,
    help="How the ids of the operator's accounts leave.",
)
@click.option("--service", "services", multiple=True, help="What was harvested, a model or product; may be repeated.")
@click.option("--response", type=click.Choice([one.value for one in Response]), default="none", show_default=True)
@click.option("--legal-basis", default="", help="On what ground you share it.")
@FACTS
@click.option("--provider", default="", help="Who sold or ran the accounts; a pseudonym where it is not public.")
@click.option("--provider-country", default="", help="Of its office, two letters (ISO 3166-1).")
@click.option("--provider-known", type=click.Choice([one.value for one in Certainty]), default="alleged")
@click.option("--expire", "lifetime", type=Span(), default="30d", show_default=True, help="How long it holds.")
@click.option("--store", type=click.Path(exists=True, file_okay=False, path_type=Path), help="If it was moved.")
@click.option("--take-back", "is_back", is_flag=True, help="Take back what was told of CAMPAIGN.")
@EVIDENCE
@click.option("--yes", is_flag=True, help="Ask nothing; without --reviewed-by it leaves as machine-made.")
@click.option("--reviewed-by", default="", help="Who looked at the preview; it is kept here.")
@click.option("--json", "as_json", is_flag=True, help="Print the preview, and what became of it, as JSON.")
def share_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    result: Path,
    campaign: str,
    identity: str | None,
    name: str | None,
    file: Path | None,
    file_format: str,
    to: str | None,
    store: Path | None,
    is_back: bool,
    evidence: Path | None,
    yes: bool,
    reviewed_by: str,
    as_json: bool,
    **said: Any,
) -> int:
    """Tell others of CAMPAIGN, an id in OUT/campaigns.json, as STIX 2.1, MISP or a table.

    First shows everything that leaves and why it may, and what stays. Prompts, replies, addresses and whoever was used
    by the campaign stay in any case. Without --out and --to that is all; with them it asks, and then writes or sends.
    """
    now = datetime.now(UTC)
    if is_back:
        made = take_back(result, campaign, at=now)
    else:
        options = _options(identity, name, said, at=now, is_machine_made=yes and not reviewed_by)
        made = prepare_share(result, campaign, options, store=store)
    if not as_json:
        click.echo("\n".join(preview_lines(made)))
    if file is None and to is None:
        if as_json:
            click.echo(json.dumps(_plain(made, []), indent=2, ensure_ascii=False))
        return NOTHING_FOUND
    if not yes:
        if as_json or not sys.stdin.isatty():
            raise click.UsageError("nobody is here to agree: add --yes, and --reviewed-by NAME if a person has looked")
        click.confirm("Does this leave?", abort=True)
    token = os.environ.get("STILLWATCH_TOKEN", "")
    wanted = SharedFormat(file_format)
    ways = ways_of(file=file, file_format=wanted, to=to or "", token=token, reviewed_by=reviewed_by)
    sent = _sent(result, made, ways, evidence, at=now)
    if as_json:
        click.echo(json.dumps(_plain(made, sent), indent=2, ensure_ascii=False))
    else:
        for one in sent:
            waiting = f", {one.pending} still being taken in" if one.pending else ""
            click.echo(f"{one.to}: {one.accepted} objects{waiting}")
            for refused, why in one.refused:
                click.echo(f"  refused {refused}: {why}", err=True)
    return INCOMPLETE if any(one.refused for one in sent) else NOTHING_FOUND


def _sent(result: Path, made: ToShare, ways: Any, evidence: Path | None, *, at: datetime) -> Any:
    """What has arrived; what has left is noted, also where a server did not take it."""
    book = notebook_at(evidence)
    try:
        return tell(result, made, ways, at=at)
    finally:
        if book:
            note_shares(result, book)


def _options(
    identity: str | None, name: str | None, said: dict[str, Any], *, at: datetime, is_machine_made: bool
) -> ShareOptions:
    if not identity or not is_id(identity, "identity"):
        raise click.UsageError("--identity: write your STIX id, identity--UUID, as peers know it")
    if not name:
        raise click.UsageError("--name: write your name, as peers know it")
    lifetime: timedelta = said["lifetime"]
    country = said["provider_country"].upper()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise click.UsageError("--provider-country: write two letters, such as DE")
    provider = NetworkProvider(
        name=said["provider"], office_country=country, certainty=Certainty(said["provider_known"])
    )
    return ShareOptions(
        producer_id=identity,
        producer_name=name,
        at=at,
        lifetime=lifetime,
        handling=Handling(
            tlp=Tlp(said["tlp"]),
            pap=Pap(said["pap"]),
            permitted_use=said["permitted_use"],
            must_not_name_source=said["hide_source"],
            may_resell=said["may_resell"],
        ),
        accounts=AccountForm(said["accounts"]),
        services=said["services"],
        facts=tuple(fact_of(*one) for one in said["facts"]),
        response=Response(said["response"]),
        legal_basis=said["legal_basis"],
        provider=provider if provider.name else None,
        is_machine_made=is_machine_made,
    )


def fact_of(topic: str, certainty: str, confidence: int, text: str) -> Statement:
    """A fact as it is given on the command line."""
    if not is_topic(topic):
        raise click.UsageError(f"--fact {topic}: write KIND:WORD, with a kind of docs/reference/stix-vocabulary.md")
    return Statement(topic=topic, text=text, certainty=Certainty(certainty), confidence=confidence)


def _plain(made: ToShare, sent: Any) -> dict[str, Any]:
    return {
        "campaign_id": made.campaign.id,
        "leaves": [one._asdict() for one in made.leaves],
        "stays": [one._asdict() for one in made.stays],
        "sent": [one._asdict() for one in sent],
    }
