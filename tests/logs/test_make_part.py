"""A block becomes a part; what is one already is only committed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from exchange_log import exchange, write_log
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.make_part import Done, Task, make_part, name_of_part
from stillwatch.logs.mapping import parse_mapping
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import TABLES, Store

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.file_blocks import Block


@pytest.fixture
def block(tmp_path: Path) -> Block:
    return next(open_blocks(write_log(tmp_path / "a.jsonl", map(exchange, range(20)))))


def test_a_block_becomes_a_closed_part(tmp_path: Path, block: Block) -> None:
    store = Store.open(tmp_path / "store")
    assert make_part(store.root, store.settings, Reading(), Task(block, ("stillwatch_exchange",), "one", 4)) == Done(
        "one", (), None, ""
    )
    [part] = store.parts().values()
    assert (part.name, part.number, part.exchanges, part.formats) == ("one", 4, 20, {"stillwatch_exchange": 20})


def test_what_is_begun_in_a_folder_that_is_gone_never_becomes_part_of_the_store(tmp_path: Path, block: Block) -> None:
    store = Store.open(tmp_path / "store")
    with pytest.raises(FileNotFoundError):
        make_part(
            store.root, store.settings, Reading(), Task(block, ("stillwatch_exchange",), "one", 4), tmp_path / "gone"
        )
    assert [file for table in TABLES for file in (store.root / table).iterdir()] == []


def test_a_block_that_is_a_part_already_is_only_committed_to(tmp_path: Path, block: Block) -> None:
    store, seen = Store.open(tmp_path / "store"), []
    make_part(store.root, store.settings, Reading(), Task(block, (), "one", -1, seen.append))
    assert (seen, store.parts()) == ([block], {})


def test_the_same_bytes_read_in_another_way_are_another_part() -> None:
    mapping = parse_mapping('started_at = "ts"\naccount_id = "who"\n')
    ways = (("stillwatch_exchange",), Reading()), (("litellm",), Reading()), (("mapping",), Reading(mapping=mapping))
    assert len({name_of_part("digest", *way) for way in ways}) == len(ways)
