"""What coins are tossed for, out of files: a codebook with unmarked text beside it, or pairs of answers.

book.toml        name = ["one way", "another"], see `attribution/wordings.toml`, which is taken where none is named
unmarked.jsonl   answers of the teacher that no coin has touched, as `attribute query` writes them
pairs.jsonl      {"name": "p-1", "prompt": "…", "first": "…", "second": "…"}
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.attribution.answer_pair import AnswerPair
from stillwatch.attribution.coins import PAIRS, WORDINGS, pairs_in_use, wordings_in_use
from stillwatch.attribution.wordings import codebook_of, english_wordings
from stillwatch.core.errors import InputError
from stillwatch.service.attribution.outputs import read_outputs

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.attribution.codebook import Codebook
    from stillwatch.attribution.coins import CoinsInUse
    from stillwatch.attribution.pair_table import Ints

_EXAMPLE: Final = '{"name": "p-1", "prompt": "...", "first": "...", "second": "..."}'


class CoinMaterial(NamedTuple):
    book: Codebook
    baseline: Ints | None = None
    """How often unmarked text takes each option, shape (n, 2)."""
    pairs: tuple[AnswerPair, ...] = ()


def read_material(book: Path | None, unmarked: Path | None, pairs: Path | None) -> CoinMaterial:
    """What the files hold.

    Raises:
        InputError: One cannot be read, or is none.
        DefinitionError: The codebook's options can be taken for one another.
    """
    opened = read_codebook(book)
    baseline = None if unmarked is None else opened.count([one.text for one in read_outputs(unmarked)])
    return CoinMaterial(opened, baseline, read_pairs(pairs) if pairs else ())


def read_codebook(path: Path | None) -> Codebook:
    """The codebook of a file, or that of the package.

    Raises:
        InputError: It cannot be read.
        DefinitionError: It is no codebook.
    """
    return codebook_of(path.read_text("utf-8"), str(path)) if path else english_wordings()


def coins_of_material(identity: str, material: CoinMaterial, *, key: bytes, epoch: str) -> CoinsInUse:
    """The coins of a key for what a plan names.

    Raises:
        InputError: There is no such kind of choices, or a file for it is missing.
    """
    if identity == WORDINGS:
        if material.baseline is None:
            mend = "give answers that no coin has touched with --unmarked"
            raise InputError("a codebook is read against unmarked text", mend=mend)
        return wordings_in_use(material.book, material.baseline, key=key, epoch=epoch)
    if identity == PAIRS:
        if not material.pairs:
            raise InputError("a test by pairs of answers without pairs", mend="name their file with --pairs")
        return pairs_in_use(material.pairs, key=key, epoch=epoch)
    raise InputError(f"no choices {identity!r}", mend=f"name one of {WORDINGS}, {PAIRS}")


def read_pairs(path: Path) -> tuple[AnswerPair, ...]:
    """All pairs, in the order of the file.

    Raises:
        InputError: A line is none, a name stands twice, or two answers are the same.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            found.append(_pair(line, f"{path}:{number}"))
    names = [one.name for one in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if not found or twice is not None:
        raise InputError(
            f"{twice!r} stands twice" if found else "no pairs in it", where=str(path), mend="name each once"
        )
    return tuple(found)


def _pair(line: str, where: str) -> AnswerPair:
    try:
        read: dict[str, Any] = json.loads(line)
        pair = AnswerPair(*(str(read[name]) for name in AnswerPair._fields))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"no pair of answers: {error}", where=where, mend=f"write {_EXAMPLE}") from error
    if not pair.first or not pair.second or pair.first == pair.second:
        raise InputError(f"{pair.name!r} has one answer", where=where, mend="give two that differ")
    return pair
