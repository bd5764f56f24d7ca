"""A number is given once, also over what the store holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange_log import exchange, quiet, write_log
from stillwatch.logs.ingest import ingest
from stillwatch.logs.part_numbers import PartNumbers
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def test_numbers_go_on_after_those_of_the_store(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    assert PartNumbers(store).take() == 0
    ingest(store, [write_log(tmp_path / "a.jsonl", map(exchange, range(3)))], Reading(workers=1), quiet)
    numbers = PartNumbers(store)
    assert (numbers.take(), numbers.take()) == (1, 2)
