"""What a database answers, as blocks of a log."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from database_logs import sqlite_log
from exchange_log import exchange
from stillwatch.core.errors import InputError
from stillwatch.logs.databases.address import Credentials, parse_address
from stillwatch.logs.databases.cut_rows import CutLimits
from stillwatch.logs.databases.export import Export, open_export
from stillwatch.logs.mapping import parse_mapping
from stillwatch.logs.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LIMITS = CutLimits(least_rows=10, mean_rows=16)
_ALL = "SELECT * FROM log ORDER BY started_at"


@contextmanager
def opened(folder: Path, query: str = _ALL, rows: int = 100) -> Iterator[Export]:
    database = folder / "log.db"
    if not database.exists():
        sqlite_log(database, [exchange(number) for number in range(rows)])
    blocks = folder / "blocks"
    blocks.mkdir(exist_ok=True)
    address = parse_address(f"sqlite:{database}")
    with open_export(address, query, None, Credentials(), "the log", blocks, _LIMITS) as export:
        yield export


def test_blocks_follow_one_another_and_are_known_by_their_digests(tmp_path: Path) -> None:
    told = []
    for _ in range(2):
        with opened(tmp_path) as export:
            blocks = list(export.blocks())
            told.append((export.sha256, export.size_bytes, [(block.digest, block.first_line) for block in blocks]))
    assert told[0] == told[1]
    starts = [block.first_line for block in blocks]
    assert starts[0] == 1
    assert [block.index for block in blocks] == list(range(len(starts)))
    assert min(after - before for before, after in pairwise(starts)) >= _LIMITS.least_rows


def test_no_more_than_the_first_blocks_are_read_before_they_are_wanted(tmp_path: Path) -> None:
    with opened(tmp_path) as export:
        assert (len(list((tmp_path / "blocks").iterdir())), export.is_small) == (2, False)
    with opened(tmp_path, f"{_ALL} LIMIT 3") as export:
        assert export.is_small


def test_the_format_is_told_by_the_columns(tmp_path: Path) -> None:
    with opened(tmp_path) as export:
        assert export.formats(Reading()) == ("stillwatch_exchange",)
    with opened(tmp_path, "SELECT * FROM log WHERE 0") as export:
        assert (export.formats(Reading()), list(export.blocks())) == ((), [])


def test_columns_that_no_format_knows_are_named(tmp_path: Path) -> None:
    with opened(tmp_path, "SELECT started_at AS ts, prompt_text AS q FROM log") as export:
        with pytest.raises(InputError, match=r"the log: no known format has the columns ts, q \(name columns.*--map"):
            export.formats(Reading())
        mapping = parse_mapping('started_at = ["ts", "time"]\nprompt_text = "q"\n')
        assert export.formats(Reading(mapping=mapping)) == ("mapping",)
        for wanted in ('"when.at"', '["when", "time"]'):
            lacking = parse_mapping(f"started_at = {wanted}\n")
            with pytest.raises(InputError, match=r"reads started_at from 'when'.*gives the columns ts, q"):
                export.formats(Reading(mapping=lacking))
