"""`stillwatch attribute`: whether a suspect model depends on our keys, by a plan that was registered beforehand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click
from rich.console import Console

from stillwatch.core.errors import InputError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.faces.cli.attribute_query import query_command
from stillwatch.faces.cli.attribute_report import report_command
from stillwatch.faces.cli.attribution_options import LOG, RING
from stillwatch.faces.cli.exits import FOUND, INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_options import open_log
from stillwatch.faces.cli.progress import shown_progress

if TYPE_CHECKING:
    from stillwatch.attribution.plan import Plan, PlannedControl
    from stillwatch.attribution.planned_test import InUse
    from stillwatch.attribution.subject import Subject
    from stillwatch.service.attribution.mark_keys import MarkKeys
    from stillwatch.service.attribution.run_plan import Ran
    from stillwatch.service.attribution.tokenise import Tokeniser

_EXTRA: Final = "attribution"
_SERVICE: Final = "stillwatch.service.attribution"
open_ring = later(f"{_SERVICE}.mark_keys", "MarkKeys.open", extra=_EXTRA)
digest_of_file = later("stillwatch.evidence.leaf_entry", "digest_of_file", extra=_EXTRA)
make_plan = later(f"{_SERVICE}.make_plan", "make_plan", extra=_EXTRA)
terms_of = later(f"{_SERVICE}.make_plan", "Terms", extra=_EXTRA)
read_wanted = later(f"{_SERVICE}.make_plan", "read_wanted", extra=_EXTRA)
keys_of_plan = later(f"{_SERVICE}.make_plan", "keys_of_plan", extra=_EXTRA)
register_plan = later(f"{_SERVICE}.register_plan", "register_plan", extra=_EXTRA)
canonical = later("stillwatch.attribution.plan", "canonical")
read_plan = later("stillwatch.attribution.plan", "read_plan")
sha256_of = later("stillwatch.attribution.plan", "sha256_of")
access_of = later("stillwatch.attribution.plan", "Access")
control_of = later("stillwatch.attribution.plan", "PlannedControl")
read_label = later("stillwatch.attribution.key_ring", "read_label", extra=_EXTRA)
material_of = later("stillwatch.attribution.examine", "Material")
tokeniser_of = later(f"{_SERVICE}.tokenise", "Tokeniser", extra=_EXTRA)
read_outputs = later(f"{_SERVICE}.outputs", "read_outputs", extra=_EXTRA)
read_material = later(f"{_SERVICE}.coin_material", "read_material", extra=_EXTRA)
keys_of_schemes = later("stillwatch.attribution.planned_test", "keys_of_schemes", extra=_EXTRA)
widest_probe = later("stillwatch.attribution.planned_test", "widest_probe", extra=_EXTRA)
read_probes = later(f"{_SERVICE}.outputs", "read_probes", extra=_EXTRA)
served_logs = later(f"{_SERVICE}.served_contexts", "ServedLogs", extra=_EXTRA)
read_served = later(f"{_SERVICE}.read_served", "read_served", extra=_EXTRA)
digest_of_served = later(f"{_SERVICE}.served_contexts", "digest_of_served", extra=_EXTRA)
run_plan = later(f"{_SERVICE}.run_plan", "run_plan", extra=_EXTRA)
check_ready = later(f"{_SERVICE}.run_plan", "check_ready", extra=_EXTRA)
reading_of = later("stillwatch.logs.reading", "Reading")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_TOKENIZER = click.option(
    "--tokenizer", type=_FILE, help="The teacher's tokenizer.json; without it files hold token ids (`tokens`)."
)
_SERVED = click.option("--served", multiple=True, metavar="LOG", help="Logs of what was served, for rules that ask.")
_REGISTER = click.option(
    "--served-register", "registers", multiple=True, metavar="DIR", help="The guard's register: which replies carry it."
)
_SERVED_MODELS = click.option("--served-model", "models", multiple=True, help="Globs of the models that were marked.")
_CODEBOOK = click.option("--codebook", "book", type=_FILE, help="A table of choices instead of the package's own.")
_UNMARKED = click.option("--unmarked", type=_FILE, help="Answers that no coin has touched, for tests of a codebook.")
_PAIRS = click.option("--pairs", type=_FILE, help="Pairs of answers, for tests of what a coin served of each.")
_ACCESSES: Final = ("queried", "logprobs", "weights", "handed_in")


@click.group(name="attribute")
def attribute_command() -> None:
    """Whether a suspect model depends on our keys, by a plan that was registered beforehand.

    plan, then query, then test, then report. A verdict says what a text depends on, and nothing of intent.
    """


@attribute_command.command(name="plan", short_help="Write down what will be tested, before anything is scored")
@click.argument("out", type=_OUT)
@RING
@LOG
@click.option("--suspect", required=True, help="Its name.")
@click.option("--access", type=click.Choice(_ACCESSES), default="queried", show_default=True, help="How it is seen.")
@click.option("--obtained", required=True, help="How its text comes: address or folder, model, sampling.")
@click.option("--probes", type=_FILE, required=True, help="What it is asked, see `attribute query`.")
@_TOKENIZER
@click.option(
    "--test",
    "tests",
    multiple=True,
    required=True,
    metavar="LABEL=SCHEME[,NAME=VALUE…]:RULE",
    help="As in global/2026-11-16=vllm_gumbel,context_width=2:mode; repeatable, all are one family.",
)
@click.option("--control", "controls", multiple=True, required=True, metavar="NAME=WHY", help="A clean model.")
@click.option("--alpha", default="0.01", show_default=True, help="Family-wise error of the claim.")
@click.option("--stop-after", type=click.IntRange(min=1), default=20_000, show_default=True, help="Tokens to score.")
@click.option("--decoys", type=click.IntRange(min=1000), default=1000, show_default=True, help="Unused keys.")
@click.option("--excess", default="0.9", show_default=True, help="Mean excess of a student of marked text alone.")
@_SERVED
@_SERVED_MODELS
@_REGISTER
@_CODEBOOK
@_UNMARKED
@_PAIRS
@_JSON
def _plan(  # noqa: PLR0913, PLR0917  # click passes each option by name
    out: Path,
    folder: Path,
    log_folder: Path,
    suspect: str,
    access: str,
    obtained: str,
    probes: Path,
    tokenizer: Path | None,
    tests: tuple[str, ...],
    controls: tuple[str, ...],
    alpha: str,
    stop_after: int,
    decoys: int,
    excess: str,
    served: tuple[str, ...],
    models: tuple[str, ...],
    registers: tuple[str, ...],
    book: Path | None,
    unmarked: Path | None,
    pairs: Path | None,
    as_json: bool,
) -> int:
    """Write the plan to OUT and note its hash in the transparency log. A result by any other plan is exploratory."""
    read_probes(probes)
    ring, log = open_ring(folder), open_log(log_folder)
    tokeniser: Tokeniser = tokeniser_of(tokenizer)
    terms = terms_of(
        suspect=suspect,
        access=access_of(access),
        obtained=obtained,
        probes_sha256=digest_of_file(probes),
        tokenizer_sha256=tokeniser.sha256,
        served_sha256="",
        controls=tuple(_control(one) for one in controls),
        alpha=alpha,
        stop_after_tokens=stop_after,
        decoys=decoys,
        full_share_excess=excess,
    )
    wanted, coins = tuple(read_wanted(one) for one in tests), read_material(book, unmarked, pairs)
    if served:
        first = make_plan(wanted, terms._replace(served_sha256="0" * 64), ring, log, coins)
        keys = keys_of_plan(first, ring, log, coins)
        terms = terms._replace(
            served_sha256=digest_of_served(_served(keys, ring, tokeniser, _Logs(served, models, registers), as_json))
        )
    plan: Plan = make_plan(wanted, terms, ring, log, coins)
    leaf = register_plan(plan, log, at=datetime.now(UTC))
    out.write_bytes(canonical(plan))
    if as_json:
        click.echo(json.dumps({"plan": str(out), "sha256": sha256_of(plan), "leaf": leaf}))
    else:
        click.echo(f"{out}: {len(plan.tests)} tests, noted as leaf {leaf}; next, `stillwatch attribute query`")
    return NOTHING_FOUND


attribute_command.add_command(query_command)


@attribute_command.command(name="test", short_help="Make every test of the plan")
@click.argument("plan_file", metavar="PLAN", type=_FILE)
@click.argument("outputs", type=_FILE)
@RING
@LOG
@_TOKENIZER
@click.option("--control", "controls", multiple=True, required=True, metavar="NAME=FILE", help="As in the plan.")
@click.option("--corpus", "corpora", multiple=True, metavar="NAME=FILE", help="Public text the suspect may have read.")
@click.option("--licence", "grants", multiple=True, help="Id of a licence under which its owner received such text.")
@_SERVED
@_SERVED_MODELS
@_REGISTER
@_CODEBOOK
@_UNMARKED
@_PAIRS
@click.option("--out", type=_OUT, default=Path("attribution.json"), show_default=True, help="The result.")
@_JSON
def _test(  # noqa: PLR0913, PLR0917  # click passes each option by name
    plan_file: Path,
    outputs: Path,
    folder: Path,
    log_folder: Path,
    tokenizer: Path | None,
    controls: tuple[str, ...],
    corpora: tuple[str, ...],
    grants: tuple[str, ...],
    served: tuple[str, ...],
    models: tuple[str, ...],
    registers: tuple[str, ...],
    book: Path | None,
    unmarked: Path | None,
    pairs: Path | None,
    out: Path,
    as_json: bool,
) -> int:
    """Score OUTPUTS by PLAN, with decoy keys, controls and public corpora, and reach a verdict.

    Exits 0 where no dependence is shown, 1 where one is, 3 where nothing can be claimed.
    """
    plan: Plan = read_plan(plan_file.read_bytes(), str(plan_file))
    ring, log = open_ring(folder), open_log(log_folder)
    tokeniser: Tokeniser = tokeniser_of(tokenizer)
    coins = read_material(book, unmarked, pairs)
    keys: dict[str, InUse] = keys_of_plan(plan, ring, log, coins)
    tables = _served(keys, ring, tokeniser, _Logs(served, models, registers), as_json) if served else {}
    keys |= {label: replace(keys[label], served=table) for label, table in tables.items()}

    def subject(name: str, file: Path) -> Subject:
        width = widest_probe(plan.tests, keys)
        read: Subject = tokeniser.subject(name, read_outputs(file), pairs=coins.pairs, width=width)
        return read

    material = material_of(
        suspect=subject(plan.suspect, outputs),
        controls=tuple(subject(*_named(one)) for one in controls),
        corpora=tuple(subject(*_named(one)) for one in corpora),
    )
    check_ready(plan, material, tokeniser.sha256, digest_of_served(tables))
    now = datetime.now(UTC)
    log.note([Leaf(kind=LeafKind.OTHER, sha256=digest_of_file(outputs), noted_at=now, about=sha256_of(plan)[:16])])
    ran: Ran = run_plan(plan, keys, material, ring=ring, log=log, grants=grants, at=now)
    out.write_text(json.dumps(ran.result, indent=2) + "\n", "utf-8")
    log.note([Leaf(kind=LeafKind.FINDING, sha256=digest_of_file(out), noted_at=now, about=sha256_of(plan)[:16])])
    verdict = ran.examination.verdict
    if as_json:
        click.echo(json.dumps(ran.result["verdict"] | {"result": str(out)}, indent=2))
    else:
        click.echo(f"{verdict.kind.value}: {verdict.sentence}")
        for said in verdict.because:
            click.echo(f"  {said}")
        click.echo(f"{out}; next, `stillwatch attribute report {out}`")
    return {"dependent": FOUND, "refused": INCOMPLETE}.get(verdict.kind.value, NOTHING_FOUND)


attribute_command.add_command(report_command)


def _control(text: str) -> PlannedControl:
    name, is_said, why = text.partition("=")
    if not is_said or not why:
        raise InputError(f"{text!r} says not why it is clean", mend="write NAME=WHY, as in x-base='released before'")
    control: PlannedControl = control_of(name, why)
    return control


def _named(text: str) -> tuple[str, Path]:
    name, is_named, path = text.partition("=")
    if not is_named or not Path(path).is_file():
        raise InputError(f"{text!r} names no file", mend="write NAME=FILE")
    return name, Path(path)


class _Logs(NamedTuple):
    """Of what was served, by which models, and the registers of how it was marked."""

    paths: tuple[str, ...]
    models: tuple[str, ...]
    registers: tuple[str, ...]


def _served(
    keys: dict[str, InUse], ring: MarkKeys, tokeniser: Tokeniser, logs: _Logs, is_quiet: bool
) -> dict[str, Any]:
    register = read_served(logs.registers) if logs.registers else None
    read = served_logs(logs.paths, reading_of(), tokeniser, models=logs.models, register=register)
    with shown_progress(Console(stderr=True), is_quiet=is_quiet) as progress:
        return {
            label: read.contexts(read_label(label), ring.epochs.days, width=key.scheme.context_width, progress=progress)
            for label, key in keys_of_schemes(keys).items()
        }
