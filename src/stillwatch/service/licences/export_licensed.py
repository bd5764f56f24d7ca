"""Write what a licence covers as training data, with a card that says where it is from.

    OUT/train.jsonl    {"messages": [{"role", "content"}, …]} a line, as TRL's SFTTrainer reads conversations
    OUT/topk.parquet   where it is asked for and granted: the same with the likeliest tokens (`topk_table`)
    OUT/README.md      a dataset card, whose head Hugging Face's tools read
    OUT/LICENCE.jws    the licence itself

A log's canonical exchange holds the last turn of a conversation alone, so of conversations only those of one turn are
whole; the others are left out and counted.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.policy import Wants
from stillwatch.service.licences.licensed_exchanges import LicensedExchanges
from stillwatch.service.licences.logged_logprobs import LoggedLogprobs
from stillwatch.service.licences.topk_table import TopKTable, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from stillwatch.core.licence import Licence
    from stillwatch.service.licences.licence_folder import Standing
    from stillwatch.service.licences.licensed_exchanges import Exchange, Logs
    from stillwatch.service.licences.token_ids import TokenIds

_DATA: Final = "train.jsonl"
_TABLE: Final = "topk.parquet"
_CARD: Final = "README.md"


class TopK(NamedTuple):
    """What of log-probabilities is written."""

    ids: TokenIds
    """Of the teacher's vocabulary."""
    most: int
    """Alternatives a place."""


class Exported(NamedTuple):
    written: int
    later_turns: int
    """Left out: turns of longer conversations."""
    empty: int
    """Left out: without a question or an answer in the log, as in logs that keep no text."""
    sha256: str
    """Of the data."""
    faults: tuple[str, ...]
    with_logprobs: int = 0
    """Conversations that also stand in the table of likeliest tokens."""
    unknown_tokens: int = 0
    """Left out of that table: with a token that the tokenizer does not know."""


def export_licensed(standing: Standing, logs: Logs, out: Path, *, at: datetime, top: TopK | None = None) -> Exported:
    """Write the data and its card; log-probabilities where they are asked for by `top` and the log has them.

    Raises:
        InputError: A log cannot be read, its format is not clear, or the licence grants no log-probabilities.
        SettingsError: The folder holds something already, or cannot be written.
    """
    if top is not None and Wants.LOGPROBS not in standing.licence.features:
        mend = "issue a licence with --feature logprobs"
        raise InputError("it grants no log-probabilities", where=f"licence {standing.licence.id}", mend=mend)
    if out.exists() and any(out.iterdir()):
        raise SettingsError("the folder is not empty", where=str(out), mend="name a new one")
    out.mkdir(parents=True, exist_ok=True)
    models: set[str] = set()
    with TemporaryDirectory(prefix="stillwatch-export-") as folder:
        found = LicensedExchanges(standing.licence, logs, spill=Path(folder))
        counted = _Whole(found.rows(), models)
        exported = _written(counted, out) if top is None else _written_with(top, counted, logs, out, Path(folder))
    exported = exported._replace(later_turns=counted.later_turns, empty=counted.empty, faults=found.faults)
    shutil.copyfile(standing.path, out / "LICENCE.jws")
    (out / _CARD).write_text(_card(standing.licence, exported, sorted(models), at), "utf-8")
    return exported


class _Whole:
    """Exchanges that are whole conversations; the others are counted."""

    def __init__(self, rows: Iterator[Exchange], models: set[str]) -> None:
        self._rows, self._models = rows, models
        self.later_turns = 0
        self.empty = 0

    def __iter__(self) -> Iterator[Exchange]:
        for one in self._rows:
            if one.turn > 1:
                self.later_turns += 1
            elif not one.prompt_text or not one.reply_text:
                self.empty += 1
            else:
                self._models.add(one.model)
                yield one


def _written(rows: _Whole, out: Path, table: TopKTable | None = None, logged: LoggedLogprobs | None = None) -> Exported:
    hashed, written = hashlib.sha256(), 0
    with (out / _DATA).open("wb") as data:
        for one in rows:
            turns = _turns(one)
            line = _line(turns)
            hashed.update(line)
            data.write(line)
            written += 1
            if table is not None and logged is not None and (places := logged.of(one.id)):
                table.add(one.id, turns, places)
    told = (table.written, table.unknown) if table is not None else (0, 0)
    return Exported(written, 0, 0, hashed.hexdigest(), (), *told)


def _written_with(top: TopK, rows: _Whole, logs: Logs, out: Path, folder: Path) -> Exported:
    with (folder / "logprobs").open("w+b") as spill:
        logged = LoggedLogprobs(logs, spill)
        with TopKTable(out / _TABLE, top.ids, most=top.most) as table:
            return _written(rows, out, table, logged)


def _turns(one: Exchange) -> list[Turn]:
    system = [Turn("system", one.system_text)] if one.system_text else []
    return [*system, Turn("user", one.prompt_text), Turn("assistant", one.reply_text)]


def _line(turns: list[Turn]) -> bytes:
    return json.dumps({"messages": [turn._asdict() for turn in turns]}, ensure_ascii=True).encode() + b"\n"


def _card(licence: Licence, exported: Exported, models: list[str], at: datetime) -> str:
    mark = f"They are marked with the key `{licence.mark}` of the issuer." if licence.mark else "They are not marked."
    table = _told_of_table(exported)
    term = f"{licence.valid_from:%Y-%m-%d} to {licence.valid_until:%Y-%m-%d}"
    return f"""---
license: other
license_name: {json.dumps("licence to distil " + licence.id)}
license_link: LICENCE.jws
task_categories: [text-generation]
tags: [distillation, synthetic, licensed]
---
# Answers of {", ".join(models) or "no model"}, licensed to {licence.licensee}

| | |
| --- | --- |
| Issuer | {licence.issuer} |
| Licence | `{licence.id}`, {term}; the signed text is in LICENCE.jws |
| For | {licence.purpose} |
| Student | {licence.student or "not named"} |
| Conversations | {exported.written:,}, each of one question and its answer, in `{_DATA}` |
| SHA-256 of `{_DATA}` | `{exported.sha256}` |
{table}| Left out | {exported.later_turns:,} later turns, {exported.empty:,} without text in the log |
| Written | {at:%Y-%m-%d %H:%M}Z by stillwatch |

The answers were generated by a model, on questions of the licensee. {mark} Training on them is allowed for the purpose
above and within the terms of the licence, and for nothing else.
"""


def _told_of_table(exported: Exported) -> str:
    if not exported.with_logprobs and not exported.unknown_tokens:
        return ""
    unknown = f"; {exported.unknown_tokens:,} left out with tokens of no known id" if exported.unknown_tokens else ""
    return f"| With the likeliest tokens | {exported.with_logprobs:,} of them, in `{_TABLE}`{unknown} |\n"
