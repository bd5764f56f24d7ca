"""The leak guard: may a twin suite be used to quote accuracy?

A suite is a campaign beside honest accounts that run its very prompts. If content alone, length alone or volume alone
tells the two apart, a detector that scores well on it may have learned no more than that, so the suite is refused.

Three weak classifiers are trained on some accounts and tried on others: naive Bayes over hashed character n-grams,
logistic regression over lengths, and logistic regression over an account's volume.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.core.errors import InputError
from stillwatch.evaluation.weak_models import Labelled, auc_by_account, logistic_scores, ngram_matrix, ngram_scores
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.files import expand
from stillwatch.logs.parse import parse_block

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.evaluation.keys import Floats, Ints

MOST_AUC: Final = 0.6
_LEAST_MATCHED: Final = 2
_MATCHED_VOLUME: Final = 2.0
"""Where no twin is declared to match: one whose accounts do so many times more or less than the fleet's is told by
volume, whatever it asks."""
_OWN_PROMPTS: Final = 0.8
_MOST_OF_ACCOUNT: Final = 80
_MOST_OF_CLASS: Final = 6000
_DAY_NS: Final = 86_400_000_000_000
_SEED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    baseline: str
    """content, length or volume."""
    auc: float
    low: float
    high: float
    """95 % bootstrap interval over accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    campaign: str
    twins: tuple[str, ...]
    """Populations that run the campaign's prompts."""
    campaign_accounts: int
    twin_accounts: int
    leaks: tuple[Leak, ...]
    is_matched: bool
    """Whether this is the suite to quote: the twins that the scenario declares to match the campaign, together; where
    it declares none, all of several accounts and about the fleet's volume. It is chosen before it is measured."""
    is_refused: bool
    because: str


def find_leaks(folder: Path) -> tuple[Suite, ...]:
    """Judge the twin suites of a composed log: for each campaign the matched suite, then each of its twins alone.

    Raises:
        InputError: There is no composed log in the folder.
    """
    table = _read(folder)
    out = []
    for campaign in _names(table, "campaign"):
        rows = table.filter(pc.equal(table["population"], campaign))
        twins = [name for name in _names(table, "twin") if _runs_prompts_of(table, name, rows)]
        matched = _declared(table, campaign) or [
            name for name in twins if _is_matched(table, name, len(rows) / _accounts(rows, [campaign]))
        ]
        if matched:
            out.append(_judged(table, campaign, matched, is_matched=True))
        out += [_judged(table, campaign, [name], is_matched=False) for name in twins]
    return tuple(out)


_NEEDED: Final = ("record_id", "prompt_text", "output_tokens")
_TRUTH: Final = (
    *("exchange_id", "account_id", "label", "population", "match_of", "source", "item_id", "is_cover", "started_at"),
)


def _read(folder: Path) -> pa.Table:
    """What campaigns and twins asked, beside the truth; cover traffic is left out: it is nobody's own prompts."""
    if not (folder / "truth.parquet").is_file():
        raise InputError("no truth.parquet", where=str(folder), mend="give a folder that `range compose` wrote")
    truth = pq.read_table(folder / "truth.parquet", columns=list(_TRUTH))
    for place, name in enumerate(truth.column_names):
        if pa.types.is_dictionary(truth[name].type):
            truth = truth.set_column(place, name, pc.cast(truth[name], pa.string()))
    truth = truth.filter(pc.and_(pc.not_equal(truth["label"], "benign"), pc.invert(truth["is_cover"])))
    parts = [
        pa.Table.from_batches([batch]).select(list(_NEEDED)).cast(_SCHEMA)
        for path in expand((str(folder / "log"),))
        for block in open_blocks(path)
        for batch in parse_block(block).batches
    ]
    log = pa.concat_tables(parts) if parts else _SCHEMA.empty_table()
    place = pc.index_in(truth["exchange_id"], log["record_id"].combine_chunks())
    return truth.append_column("prompt_text", log["prompt_text"].take(place)).append_column(
        "output_tokens", pc.fill_null(log["output_tokens"].take(place), 0)
    )


_SCHEMA: Final = pa.schema(
    [("record_id", pa.string()), ("prompt_text", pa.large_string()), ("output_tokens", pa.int64())]
)


def _names(table: pa.Table, label: str) -> list[str]:
    found: list[str] = pc.unique(table.filter(pc.equal(table["label"], label))["population"]).to_pylist()
    return sorted(found)


def _accounts(table: pa.Table, populations: list[str]) -> int:
    mine = table.filter(pc.is_in(table["population"], pa.array(populations)))
    return len(pc.unique(mine["account_id"]))


def _declared(table: pa.Table, campaign: str) -> list[str]:
    return _names(table.filter(pc.equal(table["match_of"], campaign)), "twin")


def _is_matched(table: pa.Table, name: str, volume: float) -> bool:
    """Whether it has several accounts, each of about the volume of the fleet's."""
    accounts = _accounts(table, [name])
    own = pc.sum(pc.equal(table["population"], name)).as_py() / accounts
    return accounts >= _LEAST_MATCHED and volume / _MATCHED_VOLUME <= own <= volume * _MATCHED_VOLUME


def _runs_prompts_of(table: pa.Table, name: str, campaign: pa.Table) -> bool:
    items = pc.unique(_items(table.filter(pc.equal(table["population"], name))))
    known = pc.is_in(items, pc.unique(_items(campaign)))
    return bool(len(items)) and pc.sum(known).as_py() >= _OWN_PROMPTS * len(items)


def _items(rows: pa.Table) -> pa.ChunkedArray:
    """Items are numbered anew in every source."""
    return pc.binary_join_element_wise(rows["source"], pc.cast(rows["item_id"], pa.string()), " ")


def _judged(table: pa.Table, campaign: str, twins: list[str], *, is_matched: bool) -> Suite:
    rows = table.filter(pc.is_in(table["population"], pa.array([campaign, *twins])))
    held = _accounts(rows, [campaign]), _accounts(rows, twins)
    leaks = _leaks(rows, campaign) if min(held) > 1 else ()
    given_away = [f"{one.baseline} alone tells them apart (AUC {one.auc:.2f})" for one in leaks if one.auc > MOST_AUC]
    if not leaks:
        given_away = ["one account cannot be cross-validated"]
    return Suite(
        campaign=campaign,
        twins=tuple(twins),
        campaign_accounts=held[0],
        twin_accounts=held[1],
        leaks=leaks,
        is_matched=is_matched,
        is_refused=bool(given_away),
        because="; ".join(given_away) or f"content, length and volume alone stay at AUC {MOST_AUC} or below",
    )


def _leaks(rows: pa.Table, campaign: str) -> tuple[Leak, ...]:
    account = np.asarray(pc.dictionary_encode(rows["account_id"]).combine_chunks().indices.to_numpy(), np.int64)
    is_campaign = pc.equal(rows["population"], campaign).to_numpy()
    volume, account_label = _volumes(rows, account, is_campaign)
    kept = _sampled(account, is_campaign)
    sample = Labelled(account[kept], is_campaign[kept])
    texts = rows["prompt_text"].take(pa.array(kept)).to_pylist()
    tokens = rows["output_tokens"].to_numpy()[kept]
    lengths = np.log1p(np.stack([[len(text or "") for text in texts], tokens], axis=1).astype(np.float64))
    found = {
        "content": (ngram_scores(ngram_matrix(texts), sample), sample),
        "length": (logistic_scores(lengths, sample), sample),
        "volume": (logistic_scores(volume, account_label), account_label),
    }
    return tuple(
        Leak(baseline=name, **auc_by_account(scores, labelled)._asdict()) for name, (scores, labelled) in found.items()
    )


def _volumes(rows: pa.Table, account: Ints, is_campaign: Floats) -> tuple[Floats, Labelled]:
    """Exchanges, active days and exchanges an active day, one row an account."""
    day = rows["started_at"].to_numpy() // _DAY_NS
    count = np.bincount(account)
    seen = np.unique(np.stack([account, day]), axis=1)[0]
    days = np.bincount(seen, minlength=len(count))
    label = np.zeros(len(count), np.bool_)
    label[account[is_campaign.astype(np.bool_)]] = True
    return np.log1p(np.stack([count, days, count / days], axis=1)), Labelled(np.arange(len(count)), label)


def _sampled(account: Ints, is_campaign: Floats) -> Ints:
    """Rows at random: not more than so many of an account, nor of a class."""
    order = np.random.default_rng(_SEED).permutation(len(account))
    by_account = order[np.argsort(account[order], kind="stable")]
    begin = np.searchsorted(account[by_account], np.arange(account.max() + 1))
    few = by_account[np.arange(len(by_account)) - begin[account[by_account]] < _MOST_OF_ACCOUNT]
    few = np.random.default_rng(_SEED).permutation(few)
    chosen = [few[is_campaign[few] == label][:_MOST_OF_CLASS] for label in (True, False)]
    return np.sort(np.concatenate(chosen))
