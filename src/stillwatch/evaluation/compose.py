"""Compose a labelled log from a scenario: `python -m stillwatch.evaluation.compose SCENARIO.toml --out DIR`.

Plans are held as compact rows (some 70 bytes an exchange), sorted by time, and rendered to text slice by slice, so
memory grows with the number of exchanges and never with their text.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeVar

import click
import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from stillwatch.core.errors import InputError, StillwatchError
from stillwatch.evaluation.accounts import AccountBook, Lives, account_ids, make_accounts
from stillwatch.evaluation.arrivals import load_traces
from stillwatch.evaluation.corpora import Decks, load_corpora
from stillwatch.evaluation.grammar import load_grammar
from stillwatch.evaluation.keys import hex_text, mix, name_key
from stillwatch.evaluation.ledger import ledger_text
from stillwatch.evaluation.lengths import Lengths
from stillwatch.evaluation.networks import Networks
from stillwatch.evaluation.payload import Payload, Table, account_fragments, make_payload
from stillwatch.evaluation.population import Planner
from stillwatch.evaluation.render import Prose, Renderer
from stillwatch.evaluation.rows import Rows, concat_rows
from stillwatch.evaluation.scenario import Scenario, load_scenario
from stillwatch.evaluation.templates import Templates
from stillwatch.evaluation.truth import TruthFile
from stillwatch.evaluation.work import Desk, Recipes
from stillwatch.evaluation.write_litellm import JsonlFiles, ParquetFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SLICE_TURNS: Final = 32_000
_THREADS: Final = 2
_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a log is written."""

    format: Literal["jsonl", "parquet"] = "jsonl"
    files: int = 1
    compress_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """Where a composed log lies, and how much there is."""

    logs: tuple[Path, ...]
    accounts_path: Path
    authorised_path: Path
    truth_path: Path
    exchanges: int
    accounts: int
    campaign_accounts: int
    twin_accounts: int


def compose(scenario: Scenario, out: Path, *, seed: int, corpora: Path | None, layout: Layout) -> Composed:
    """Write log, accounts, ledger and truth of a scenario under `out`."""
    out.mkdir(parents=True, exist_ok=True)
    planner = _planner(scenario, seed, corpora)
    rows = concat_rows([planner.plan(number) for number in range(len(scenario.population))])
    writer = (
        ParquetFile(out / "log")
        if layout.format == "parquet"
        else JsonlFiles(out / "log", exchanges=len(rows), files=layout.files, compress_last=layout.compress_last)
    )
    truth = TruthFile(out / "truth.parquet", scenario)
    _write_slices(rows, planner, corpora, _Outputs(writer, truth))
    lives = _lives(rows, planner)
    table = make_accounts(planner.book, scenario, lives, planner.networks)
    pa_csv.write_csv(table, out / "accounts.csv")
    (out / "authorised.toml").write_text(ledger_text(table, planner.book, scenario), encoding="utf-8")
    labels = np.array([one.label for one in scenario.population])
    return Composed(
        logs=tuple(writer.paths),
        accounts_path=out / "accounts.csv",
        authorised_path=out / "authorised.toml",
        truth_path=out / "truth.parquet",
        exchanges=len(rows),
        accounts=table.num_rows,
        campaign_accounts=_accounts_of(rows, labels == "campaign"),
        twin_accounts=_accounts_of(rows, labels == "twin"),
    )


def _planner(scenario: Scenario, seed: int, corpora: Path | None) -> Planner:
    grammar = load_grammar()
    specs = {"grammar:chat"}.union(*(set(one.work.source) | set(one.work.cover_source) for one in scenario.population))
    return Planner(
        scenario=scenario,
        seed=seed,
        desk=Desk(sources=load_corpora(specs, grammar, corpora), recipes=Recipes([]), decks=Decks(seed), seed=seed),
        templates=Templates(grammar),
        networks=Networks(_beside(corpora, scenario.datacentre_file), _beside(corpora, scenario.vpn_file)),
        traces=load_traces(_beside(corpora, scenario.windows_file), _beside(corpora, scenario.gaps_file)),
        book=AccountBook(seed),
    )


def _beside(corpora: Path | None, name: str) -> Path | None:
    if not name:
        return None
    path = (corpora or Path()) / name
    if not path.is_file():
        raise InputError("file not found", where=str(path), mend="give --corpora DIR that holds it")
    return path


class _Outputs(NamedTuple):
    log: JsonlFiles | ParquetFile
    truth: TruthFile


def _write_slices(rows: Rows, planner: Planner, corpora: Path | None, outputs: _Outputs) -> None:
    scenario, book = planner.scenario, planner.book
    ids = account_ids(book)
    renderer = _renderer(planner, corpora)
    table = Table(
        account_keys=book.keys(),
        fragments=account_fragments(ids, book.keys(), _organisation_ids(planner)),
        models=pa.array([model.name for model in scenario.models]),
        starts_at_s=scenario.starts_at.timestamp(),
        seed_key=name_key("exchange", planner.seed),
    )

    def rendered(piece: tuple[int, Rows]) -> tuple[Rows, Payload]:
        first, part = piece
        return part, make_payload(part, renderer.texts(part), table, first)

    for part, payload in _ahead(rendered, _slices(rows)):
        outputs.log.write(payload)
        outputs.truth.write(part, payload.call_id, ids)
    outputs.log.close()
    outputs.truth.close()


def _renderer(planner: Planner, corpora: Path | None) -> Renderer:
    scenario = planner.scenario
    grammar = load_grammar()
    return Renderer(
        recipes=tuple(planner.desk.recipes.listed),
        sources=planner.desk.sources,
        grammar=grammar,
        prose=Prose.of(grammar),
        lengths=Lengths(_beside(corpora, scenario.lengths_file)),
        prefixes=planner.templates.prefixes(),
        suffixes=planner.templates.suffixes(),
        systems=planner.templates.systems(),
        reply_bytes=scenario.reply_bytes,
        reasons=np.array([model.reasons for model in scenario.models]),
        population_keys=np.array([name_key(one.name, planner.seed) for one in scenario.population], np.uint64),
    )


def _ahead(render: Callable[[_In], _Out], pieces: Iterator[_In]) -> Iterator[_Out]:
    """Render a slice or two ahead of the writer: Arrow works without the interpreter's lock, so two cores are used."""
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[Future[_Out]] = deque()
        for piece in pieces:
            waiting.append(pool.submit(render, piece))
            if len(waiting) > _THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _slices(rows: Rows) -> Iterator[tuple[int, Rows]]:
    """Slices of about as many turns to render, however long the conversations, in order of time."""
    if len(rows) == 0:
        return
    order = np.argsort(rows.at_s, kind="stable")
    turns = np.cumsum(rows.turn[order], dtype=np.int64)
    edges = np.searchsorted(turns, np.arange(_SLICE_TURNS, int(turns[-1]) + _SLICE_TURNS, _SLICE_TURNS), side="right")
    for first, after in pairwise(np.unique(np.r_[0, edges, len(order)])):
        yield int(first), rows.take(order[first:after])


def _organisation_ids(planner: Planner) -> pa.Array:
    """Gateways know the organisation where the population has one in common."""
    parts = []
    for block in planner.book.blocks:
        population = planner.scenario.population[block.population]
        key = mix(name_key(population.name, planner.seed), np.zeros(len(block.slot), np.int64))
        shares = population.registry.organisation == "one"
        parts.append(hex_text([mix(key, 65)]) if shares else pa.nulls(len(block.slot), pa.string()))
    return pa.concat_arrays(parts)


def _lives(rows: Rows, planner: Planner) -> Lives:
    first_s = np.full(planner.book.opened, np.inf)
    np.minimum.at(first_s, rows.account, rows.at_s)
    banned_s = np.full(planner.book.opened, np.inf)
    for accounts, moments in planner.bans:
        banned_s[accounts] = moments
    return Lives(first_s=first_s, banned_s=banned_s)


def _accounts_of(rows: Rows, chosen: np.ndarray) -> int:
    return len(np.unique(rows.account[chosen[rows.population]]))


@click.command()
@click.argument("scenario_path", metavar="SCENARIO.toml", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write into.")
@click.option("--corpora", type=click.Path(path_type=Path), help="Folder of the prompt files, traces and ranges.")
@click.option("--seed", type=int, help="Instead of the scenario's own seed.")
@click.option("--scale", default=1.0, show_default=True, help="Times the accounts of every population.")
@click.option("--format", "form", type=click.Choice(["jsonl", "parquet"]), default="jsonl", show_default=True)
@click.option("--files", default=1, show_default=True, help="Number of JSONL files.")
def main(  # noqa: PLR0913, PLR0917 # one parameter an option
    scenario_path: Path, out: Path, corpora: Path | None, seed: int | None, scale: float, form: str, files: int
) -> None:
    """Compose a labelled log."""
    try:
        scenario = load_scenario(scenario_path).scaled(scale)
        layout = Layout(format="parquet" if form == "parquet" else "jsonl", files=files)
        made = compose(scenario, out, seed=scenario.seed if seed is None else seed, corpora=corpora, layout=layout)
    except StillwatchError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{made.exchanges} exchanges of {made.accounts} accounts under {out}: "
        f"{made.campaign_accounts} in campaigns, {made.twin_accounts} in twins"
    )


if __name__ == "__main__":
    main()
