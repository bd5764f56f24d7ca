"""`stillwatch dossier`: a campaign as evidence that an outsider can check, and the same figures worked out again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from stillwatch.faces.cli.evidence_option import BY, REASON, open_book
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.keys_command import passphrase
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_options import KEYS, LOG
from stillwatch.faces.cli.progress import shown_progress
from stillwatch.faces.cli.share_command import FACTS, fact_of

if TYPE_CHECKING:
    from stillwatch.service.evidence.rerun_dossier import Rerun

_EXTRA = "evidence"
_MOST_BYTES = 1 << 30
_MOST_SHOWN = 20
dossier_asked = later("stillwatch.service.evidence.gather_dossier", "DossierAsked", extra=_EXTRA)
gather_dossier = later("stillwatch.service.evidence.gather_dossier", "gather_dossier", extra=_EXTRA)
public_dossier = later("stillwatch.evidence.dossier_document", "public_dossier", extra=_EXTRA)
dossier_stix = later("stillwatch.service.evidence.dossier_stix", "dossier_stix", extra="intel")
seal_dossier = later("stillwatch.service.evidence.seal_dossier", "seal_dossier", extra=_EXTRA)
sealer_of = later("stillwatch.service.evidence.seal_dossier", "Sealer", extra=_EXTRA)
pages_of = later("stillwatch.service.evidence.dossier_files", "Pages", extra=_EXTRA)
tier_of = later("stillwatch.evidence.sealed_case", "Tier", extra=_EXTRA)
note_access = later("stillwatch.service.evidence.access", "note_access", extra=_EXTRA)
acted = later("stillwatch.service.evidence.acted", "acted", extra=_EXTRA)
log_policy = later("stillwatch.service.evidence.log_settings", "policy_of", extra=_EXTRA)
custody_signer = later("stillwatch.service.evidence.custody_signer", "custody_signer", extra=_EXTRA)
own_roots = later("stillwatch.service.evidence.time_authority", "roots_of", extra=_EXTRA)
stamp_here = later("stillwatch.service.evidence.time_authority", "answer", extra=_EXTRA)
stamp_by_http = later("stillwatch.service.evidence.stamp", "ask_authority", extra=_EXTRA)
read_clock = later("stillwatch.service.evidence.read_clock", "read_clock", extra=_EXTRA)
stamp_of = later("stillwatch.service.evidence.stamp", "stamp_of", extra=_EXTRA)
post_by_http = later("stillwatch.service.evidence.ask_witness", "post_by_http", extra=_EXTRA)
rerun_dossier = later("stillwatch.service.evidence.rerun_dossier", "rerun_dossier", extra=_EXTRA)
trust_of = later("stillwatch.evidence.case_check", "Trust", extra=_EXTRA)
render_dossier = later("stillwatch.faces.report.render_dossier", "render_dossier")
dossier_pdf = later("stillwatch.faces.report.dossier_pdf", "dossier_pdf", extra=_EXTRA)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class _Dossier(click.Group):
    """`stillwatch dossier OUT CAMPAIGN` makes one, so that the shortest command does what is asked for most."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["make", *args])


@click.group(name="dossier", cls=_Dossier, context_settings={"ignore_unknown_options": True})
def dossier_command() -> None:
    """A campaign as evidence that an outsider can check, without trusting whoever made it.

    `stillwatch dossier OUT CAMPAIGN ...` is short for `stillwatch dossier make OUT CAMPAIGN ...`.
    """


@dossier_command.command(name="make", short_help="Put a dossier together, and seal it")
@click.argument("result", metavar="OUT", type=_FOLDER)
@click.argument("campaign")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The package, a zip file.")
@click.option(
    "--tier",
    type=click.Choice(["both", "redacted", "confidential"]),
    default="both",
    show_default=True,
    help="For whose eyes; both are written as FILE-redacted.zip and FILE-confidential.zip.",
)
@LOG
@KEYS
@BY
@REASON
@click.option(
    "--key",
    help="Signs the statements of custody; LOG/keys/custody.pem, made when needed, if not given.",
)
@FACTS
@click.option(
    "--attribution",
    "attributions",
    type=_FILE,
    multiple=True,
    help="A result of `stillwatch attribute test`.",
)
@click.option("--identity", envvar="STILLWATCH_IDENTITY", show_envvar=True, help="Your STIX id: identity--UUID.")
@click.option("--stamp", "authority", help="URL of a time-stamping authority (RFC 3161); name its --roots too.")
@click.option("--own-stamp", type=_FOLDER, help="Folder of a time-stamping authority of your own.")
@click.option("--roots", type=_FILE, help="Certificates of the authority, PEM.")
@click.option("--witness", "is_witnessed", is_flag=True, help="Have the log's witnesses sign, too.")
@click.option(
    "--keys-out", type=click.Path(path_type=Path), help="Write the keys of the re-run to this folder instead."
)
@click.option("--no-trial", is_flag=True, help="Do not run the recipe before it is handed out.")
@click.option("--store", type=_FOLDER, help="Folder of the store, where it has moved since the scan.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def _make(  # noqa: PLR0913, PLR0917  # click passes each option by name
    result: Path,
    campaign: str,
    out: Path,
    tier: str,
    folder: Path,
    keys: Path | None,
    by: str,
    reason: str,
    key: str | None,
    facts: tuple[tuple[str, str, int, str], ...],
    attributions: tuple[Path, ...],
    identity: str | None,
    authority: str | None,
    own_stamp: Path | None,
    roots: Path | None,
    is_witnessed: bool,
    keys_out: Path | None,
    no_trial: bool,
    store: Path | None,
    as_json: bool,
) -> int:
    """Put CAMPAIGN, an id in OUT/campaigns.json, together as evidence, and seal it.

    Statements by the elements of the law, each observed, inferred or alleged, with its figures; what speaks against
    them, and which honest explanations were considered; error rates; where it is from; and the keys to work the figures
    out again (`stillwatch dossier rerun`). Check a package with `stillwatch verify`, or with the program inside of it.
    That the confidential tier shows what customers wrote, to whom and why, is noted in the log first.
    """
    if authority and not roots:
        raise click.UsageError("name the certificates of the authority with --roots")
    now = datetime.now(UTC)
    book = open_book(folder, keys=keys)
    who = acted(name=by, reason=reason)
    said = tuple(fact_of(*one) for one in facts)
    asked = dossier_asked(
        made_by=by or who.os_user,
        facts=said,
        attributions=tuple(one.read_bytes() for one in attributions),
        store=store,
        log=book.log,
        is_tried=not no_trial,
    )
    with (
        TemporaryDirectory(prefix="stillwatch-") as work,
        shown_progress(Console(stderr=True), is_quiet=as_json) as told,
    ):
        sketches = keys_out or Path(work) / "sketches"
        gathered = gather_dossier(result, campaign, asked, keys=sketches, at=now, progress=told)
        tiers = [tier_of(one) for one in (("confidential", "redacted") if tier == "both" else (tier,))]
        _refuse_too_large(sketches, keys_out)
        if tier != "redacted":
            seen = {
                "tier": "confidential",
                "exchanges": len(gathered.dossier.samples),
                "keys": len(gathered.dossier.wordings),
            }
            about = gathered.dossier.campaign.id
            note_access(book, "handed_over", who, about=about, seen=seen)
        made = seal_dossier(
            gathered,
            {one: _pages(gathered.dossier, is_confidential=one.value == "confidential") for one in tiers},
            out,
            sealer_of(
                log=book.log,
                key=custody_signer(keys or folder / "keys", key, passphrase=passphrase()),
                post=post_by_http if is_witnessed else None,
                clock=read_clock().plain(),
                **_stamps(authority, own_stamp, roots),
            ),
            keys=None if keys_out else sketches,
            stix=dossier_stix(result, gathered, identity=identity, store=store, at=now),
        )
    if as_json:
        plain = [{"file": str(one.package), "leaf": one.leaf, "manifest_sha256": one.sha256} for one in made]
        click.echo(json.dumps({"campaign": gathered.dossier.campaign.id, "packages": plain}, indent=2))
    for one in () if as_json else made:
        click.echo(f"{one.package}: {one.package.stat().st_size / 1e6:,.1f} MB, manifest is leaf {one.leaf}")
    if not as_json and gathered.recipe.said:
        click.echo(f"note: {gathered.recipe.said}", err=True)
    return NOTHING_FOUND


@dossier_command.command(name="rerun", short_help="Work the figures out again")
@click.argument("package", type=click.Path(exists=True, path_type=Path))
@click.option("--keys", type=_FOLDER, help="Folder of the keys, where they are not in the package.")
@click.option("--log-toml", type=_FILE, help="What the log's keeper gave you: its name and its keys.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def _rerun(package: Path, keys: Path | None, log_toml: Path | None, as_json: bool) -> int:
    """Check PACKAGE, scan the keys in it by its recipe, and compare every figure of the campaign.

    Exits 0 where all came out, 1 where some did not, 2 where the package does not hold.
    """
    trust = trust_of(policy=log_policy(log_toml.parent) if log_toml else None)
    with (
        TemporaryDirectory(prefix="stillwatch-") as work,
        shown_progress(Console(stderr=True), is_quiet=as_json) as told,
    ):
        found: Rerun = rerun_dossier(
            package, trust, Path(work), keys=keys, clock=lambda: datetime.now(UTC), progress=told
        )
    differences = [one._asdict() for one in found.differences]
    if as_json:
        plain: dict[str, Any] = {"exchanges": found.recipe.exchanges, "is_same_code": found.is_same_code}
        click.echo(json.dumps({**plain, "command": found.recipe.command, "differences": differences}, indent=2))
    else:
        code = "the same code" if found.is_same_code else "another version of the code"
        accounts = found.recipe.expected["accounts"]
        how = (
            "every figure came out as stated" if not differences else f"{len(differences):,} figures came out otherwise"
        )
        click.echo(f"{how}: {accounts:,} accounts in {found.recipe.exchanges:,} exchanges, with {code}")
    for one in () if as_json else found.differences[:_MOST_SHOWN]:
        click.echo(f"  {one.field}: stated {one.expected!r}, found {one.found!r}")
    return FOUND if differences else NOTHING_FOUND


def _pages(dossier: Any, *, is_confidential: bool) -> Any:
    """The page and the PDF of a tier: what is shown in the redacted one is taken from the public dossier."""
    shown = dossier if is_confidential else public_dossier(dossier)
    page = render_dossier(shown, is_confidential=is_confidential).encode()
    return pages_of(page, dossier_pdf(shown, is_confidential=is_confidential))


def _stamps(authority: str | None, own: Path | None, roots: Path | None) -> dict[str, Any]:
    if authority is None and own is None:
        return {}
    trusted = roots or own_roots(own)
    ask = partial(stamp_by_http, authority) if authority else partial(stamp_here, own)
    return {"stamp": lambda data: stamp_of(data, roots=trusted, ask=ask).answer, "roots": trusted.read_bytes()}


def _refuse_too_large(sketches: Path, keys_out: Path | None) -> None:
    size = sum(one.stat().st_size for one in sketches.rglob("*") if one.is_file())
    if keys_out is None and size > _MOST_BYTES:
        raise click.UsageError(f"the keys are {size / 1e9:.1f} GB: hand them over by themselves with --keys-out FOLDER")
