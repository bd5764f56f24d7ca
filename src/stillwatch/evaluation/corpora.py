"""Where prompts come from: the grammar, or Parquet and JSONL files with a `prompt` column given by folder.

A source turns (item, conversation, turn) into the text of that user turn, escaped for JSON. Items of a corpus with a
`conversation` column are its conversations; otherwise an item is a row. `Decks` deal items without replacement over the
whole scenario, so that no two benign accounts share a prompt by accident.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.core.errors import InputError
from stillwatch.evaluation.grammar import Grammar, escape
from stillwatch.evaluation.keys import Ints, Keys, indices, mix, name_key

if TYPE_CHECKING:
    from pathlib import Path


class Source(Protocol):
    @property
    def size(self) -> int:
        """Number of items; 0 = endless."""
        ...

    @property
    def turns(self) -> Ints | None:
        """User turns of each item, where the corpus fixes them."""
        ...

    @property
    def groups(self) -> tuple[Ints, ...]:
        """Items by task, where the corpus names tasks."""
        ...

    def text(self, item: Ints, conversation: Keys, turn: Ints) -> pa.Array:
        """What the user says in that turn (1 = first) of the conversation about the item."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GrammarSource:
    grammar: Grammar
    family: str
    key: int
    size: int = 0
    turns: Ints | None = None
    groups: tuple[Ints, ...] = ()

    def text(self, item: Ints, conversation: Keys, turn: Ints) -> pa.Array:
        first, later = np.flatnonzero(turn == 1), np.flatnonzero(turn > 1)
        opening = self.grammar.render(self.family, mix(item[first], self.key))
        if len(later) == 0:
            return opening
        family = "agent_step" if self.family.startswith("agent") else "follow"
        return merge(opening, first, self.grammar.render(family, mix(conversation[later], turn[later])), later)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusSource:
    grammar: Grammar
    prompts: pa.Array
    """Escaped prompts, conversations in one piece."""
    first: Ints
    """Item → its first prompt."""
    turns: Ints | None
    groups: tuple[Ints, ...]

    @property
    def size(self) -> int:
        return len(self.first)

    def text(self, item: Ints, conversation: Keys, turn: Ints) -> pa.Array:
        if self.turns is not None:
            return self.prompts.take(indices(self.first[item] + (turn - 1)))
        first, later = np.flatnonzero(turn == 1), np.flatnonzero(turn > 1)
        opening = self.prompts.take(indices(self.first[item[first]]))
        if len(later) == 0:
            return opening
        return merge(opening, first, self.grammar.render("follow", mix(conversation[later], turn[later])), later)


@dataclass(frozen=True, slots=True)
class Decks:
    """Items dealt so far, by source name; the one thing that populations share while they are planned."""

    seed: int
    dealt: dict[str, int] = field(default_factory=dict)

    def deal(self, name: str, source: Source, count: int) -> Ints:
        """Up to `count` items that nobody else gets; fewer when a corpus runs out, never fewer from the grammar."""
        begin = self.dealt.get(name, 0)
        end = begin + count if source.size == 0 else min(begin + count, source.size)
        self.dealt[name] = end
        if source.size == 0:
            return np.arange(begin, end, dtype=np.int64)
        return np.random.default_rng([name_key(name), self.seed]).permutation(source.size)[begin:end]


def merge(left: pa.Array, left_rows: Ints, right: pa.Array, right_rows: Ints) -> pa.Array:
    """Two arrays as one, each value at its row."""
    place = np.empty(len(left_rows) + len(right_rows), np.int64)
    place[left_rows] = np.arange(len(left_rows))
    place[right_rows] = len(left_rows) + np.arange(len(right_rows))
    return pa.concat_arrays([left, right]).take(indices(place))


def load_corpora(specs: set[str], grammar: Grammar, root: Path | None) -> dict[str, Source]:
    """Open every source named in a scenario."""
    sources: dict[str, Source] = {}
    for spec in sorted(specs):
        kind, _, name = spec.partition(":")
        if kind == "grammar":
            sources[spec] = GrammarSource(grammar=grammar, family=name, key=name_key(spec))
        elif kind == "corpus":
            sources[spec] = _load_corpus(name, grammar, root)
        else:
            raise InputError(f"unknown source {spec!r}", mend="write grammar:FAMILY or corpus:FILE")
    return sources


def _load_corpus(name: str, grammar: Grammar, root: Path | None) -> CorpusSource:
    table = _read_table(name, root)
    if "conversation" in table.column_names:
        table = table.sort_by([("conversation", "ascending"), ("turn", "ascending")])
    texts = [escape(text or "") for text in table["prompt"].to_pylist()]
    if not {"conversation", "task"} & set(table.column_names):
        texts = list(dict.fromkeys(texts))  # a prompt that stands twice would look like two accounts sharing it
    prompts = pa.array(texts, pa.string())
    groups: tuple[Ints, ...] = ()
    if "conversation" in table.column_names:
        number = table["conversation"].to_numpy()
        first = np.flatnonzero(np.r_[True, number[1:] != number[:-1]]).astype(np.int64)
        return CorpusSource(
            grammar=grammar, prompts=prompts, first=first, turns=np.diff(np.r_[first, len(number)]), groups=()
        )
    if "task" in table.column_names:
        task = pc.dictionary_encode(table["task"].combine_chunks()).indices.to_numpy()
        groups = tuple(np.flatnonzero(task == number).astype(np.int64) for number in range(int(task.max()) + 1))
    return CorpusSource(
        grammar=grammar, prompts=prompts, first=np.arange(len(prompts), dtype=np.int64), turns=None, groups=groups
    )


def _read_table(name: str, root: Path | None) -> pa.Table:
    if root is None:
        raise InputError(f"corpus {name!r} needs a folder", mend="give --corpora DIR")
    for suffix in ("", ".parquet", ".jsonl"):
        for folder in (root, root / "prompts"):
            path = folder / f"{name}{suffix}"
            if path.is_file():
                return _with_prompt(_open_table(path), path)
    raise InputError(f"corpus {name!r} not found", where=str(root), mend="a .parquet or .jsonl file with `prompt`")


def _open_table(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return pq.read_table(path)
    rows: list[dict[str, Any]] = [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]
    return pa.Table.from_pylist(rows)


def _with_prompt(table: pa.Table, path: Path) -> pa.Table:
    if "prompt" not in table.column_names:
        raise InputError("no column `prompt`", where=str(path), mend=f"columns are {', '.join(table.column_names)}")
    return table
