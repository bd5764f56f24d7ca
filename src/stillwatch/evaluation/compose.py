"""Compose a labelled log from a scenario.

made = compose(find_scenario("rate_026"), Path("log"), seed=1, corpora=None, layout=Layout())

Every population is planned in blocks, which wait on disk in order of time; slices of time are then rendered to text.
Memory holds a block and a few slices, so it does not grow with the number of exchanges.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal, TypeVar, get_args

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from stillwatch.core.errors import InputError
from stillwatch.evaluation.accounts import AccountBook, Lives, account_ids, make_accounts
from stillwatch.evaluation.arrivals import load_traces
from stillwatch.evaluation.corpora import Decks, load_corpora
from stillwatch.evaluation.grammar import load_grammar
from stillwatch.evaluation.keys import hex_text, mix, name_key
from stillwatch.evaluation.ledger import ledger_text
from stillwatch.evaluation.lengths import Lengths
from stillwatch.evaluation.log_files import LineFiles, TableFile
from stillwatch.evaluation.networks import Networks
from stillwatch.evaluation.payload import Payload, Table, account_fragments, make_payload
from stillwatch.evaluation.plans import Plans, Slice
from stillwatch.evaluation.population import PROBES, Planner
from stillwatch.evaluation.render import CHAT, PARTS, Prose, Renderer
from stillwatch.evaluation.templates import Templates
from stillwatch.evaluation.truth import TruthFile
from stillwatch.evaluation.work import Desk, Recipes
from stillwatch.evaluation.write_exchange import to_exchange_table
from stillwatch.evaluation.write_litellm import to_lines, to_table
from stillwatch.evaluation.write_otel import to_otel_lines
from stillwatch.evaluation.write_spendlogs import to_spendlog_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.evaluation.rows import Rows
    from stillwatch.evaluation.scenario import Scenario

Progress = Callable[[str, int, int], None]
"""Called with the stage, how much of it is done, and how much there is."""
LogFormat = Literal["litellm", "litellm_parquet", "spendlogs", "otel", "exchange"]
LOG_FORMATS: Final[tuple[LogFormat, ...]] = get_args(LogFormat)
_LINES: Final = {"litellm": to_lines, "spendlogs": to_spendlog_lines, "otel": to_otel_lines}
_TABLES: Final = {"litellm_parquet": to_table, "exchange": to_exchange_table}
_SLICE_TURNS: Final = 32_000
_THREADS: Final = 2
_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a log is written."""

    format: LogFormat = "litellm"
    files: int = 1
    """Number of files, for formats of lines."""
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


def unseen(_stage: str, _done: int, _total: int) -> None:
    """The progress of work that nobody watches."""


def compose(  # noqa: PLR0913 # the last is for whoever watches
    scenario: Scenario,
    out: Path,
    *,
    seed: int,
    corpora: Path | None,
    layout: Layout,
    progress: Progress = unseen,
) -> Composed:
    """Write log, accounts, ledger and truth of a scenario under `out`."""
    out.mkdir(parents=True, exist_ok=True)
    planner = _planner(scenario, seed, corpora)
    with TemporaryDirectory(dir=out, prefix=".plans-") as spill:
        plans = Plans(Path(spill), days=scenario.days)
        for number in range(len(scenario.population)):
            progress("planning", number, len(scenario.population))
            for rows in planner.plan(number):
                plans.add(number, rows)
        progress("planning", len(scenario.population), len(scenario.population))
        writer = _writer(layout, out / "log", plans.exchanges)
        _write_slices(
            plans,
            planner,
            corpora,
            layout,
            (writer, TruthFile(out / "truth.parquet", scenario, planner.desk.recipes.listed)),
            progress,
        )
    table = make_accounts(planner.book, scenario, _lives(plans, planner), planner.networks)
    pa_csv.write_csv(table, out / "accounts.csv")
    (out / "authorised.toml").write_text(ledger_text(table, planner.book, scenario), encoding="utf-8")
    return Composed(
        logs=tuple(writer.paths),
        accounts_path=out / "accounts.csv",
        authorised_path=out / "authorised.toml",
        truth_path=out / "truth.parquet",
        exchanges=plans.exchanges,
        accounts=table.num_rows,
        campaign_accounts=plans.accounts_of(_labelled(scenario, "campaign")),
        twin_accounts=plans.accounts_of(_labelled(scenario, "twin")),
    )


def _labelled(scenario: Scenario, label: str) -> set[int]:
    return {number for number, one in enumerate(scenario.population) if one.label == label}


def _writer(layout: Layout, folder: Path, exchanges: int) -> LineFiles | TableFile:
    name = layout.format
    if name in _TABLES:
        return TableFile(folder / f"{name.partition('_')[0]}.parquet", _TABLES[name])
    compressed = layout.files if layout.compress_last else 0
    return LineFiles(folder / name, _LINES[name], share=-(-exchanges // layout.files), compressed=compressed)


def _planner(scenario: Scenario, seed: int, corpora: Path | None) -> Planner:
    grammar = load_grammar()
    specs = {"grammar:chat", PROBES}.union(
        *(set(one.work.source) | set(one.work.cover_source) for one in scenario.population)
    )
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


def _write_slices(  # noqa: PLR0913, PLR0917 # one step of `compose`, cut out of it
    plans: Plans,
    planner: Planner,
    corpora: Path | None,
    layout: Layout,
    outputs: tuple[LineFiles | TableFile, TruthFile],
    progress: Progress,
) -> None:
    scenario, book = planner.scenario, planner.book
    ids, organisations = account_ids(book), _organisation_ids(planner)
    renderer = _renderer(planner, corpora, layout)
    table = Table(
        account_keys=book.keys(),
        account_ids=ids,
        organisations=organisations,
        fragments=account_fragments(ids, book.keys(), organisations),
        models=pa.array([model.name for model in scenario.models]),
        starts_at_s=scenario.starts_at.timestamp(),
        seed_key=name_key("exchange", planner.seed),
    )

    def rendered(piece: Slice) -> tuple[Rows, Payload]:
        return piece.rows, make_payload(piece.rows, renderer.texts(piece.rows), table, piece.first)

    log, truth = outputs
    written = 0
    for rows, payload in _ahead(rendered, plans.slices(_SLICE_TURNS)):
        log.write(payload)
        truth.write(rows, payload, ids)
        written += len(rows)
        progress("composing", written, plans.exchanges)
    log.close()
    truth.close()


def _renderer(planner: Planner, corpora: Path | None, layout: Layout) -> Renderer:
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
        speech=PARTS if layout.format == "otel" else CHAT,
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


def _organisation_ids(planner: Planner) -> pa.Array:
    """Gateways know the organisation where the population has one in common."""
    parts = []
    for block in planner.book.blocks:
        population = planner.scenario.population[block.population]
        key = mix(name_key(population.name, planner.seed), np.zeros(len(block.slot), np.int64))
        shares = population.registry.organisation == "one"
        parts.append(hex_text([mix(key, 65)]) if shares else pa.nulls(len(block.slot), pa.string()))
    return pa.concat_arrays(parts)


def _lives(plans: Plans, planner: Planner) -> Lives:
    banned_s = np.full(planner.book.opened, np.inf)
    for accounts, moments in planner.bans:
        banned_s[accounts] = moments
    return Lives(first_s=plans.first_seconds(planner.book.opened), banned_s=banned_s)
