"""Whoever reads gets a block's worth: small files together, and what must be read from its beginning in one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.logs.containers import Container
from stillwatch.logs.file_blocks import BLOCK_BYTES
from stillwatch.logs.log_file import LogFile
from stillwatch.logs.part_numbers import PartNumbers
from stillwatch.logs.reading import Reading
from stillwatch.logs.spread_plan import SpreadPlan, together
from stillwatch.logs.store import Store
from stillwatch.logs.survey import Site, Survey

if TYPE_CHECKING:
    from pathlib import Path


def site(place: int, *, offset: int | None = None, size_bytes: int = 10, digest: str = "", fault: str = "") -> Site:
    return Site(place, 1, digest or f"digest-{place}", Container.JSON_LINES, size_bytes, None, offset, fault)


@pytest.fixture
def plan(tmp_path: Path) -> SpreadPlan:
    store = Store.open(tmp_path / "store")
    return SpreadPlan(store, Reading(), PartNumbers(store), None)


@pytest.fixture
def log(tmp_path: Path) -> LogFile:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n")
    return LogFile.at(path)


def test_blocks_that_stand_alone_are_runs_and_the_others_of_a_file_are_one(plan: SpreadPlan, log: LogFile) -> None:
    plan.entry(log, Survey("1", ("f",), (site(0, offset=0), site(1, offset=10), site(2), site(3))))
    assert [[new.site.place for new in run.blocks] for run in plan.runs] == [[0], [1], [2, 3]]
    assert [new.number for run in plan.runs for new in run.blocks] == [0, 1, 2, 3]


def test_the_same_bytes_are_one_part_in_two_files_and_two_in_one(plan: SpreadPlan, log: LogFile) -> None:
    one = plan.entry(log, Survey("1", ("f",), (site(0, digest="x"), site(1, digest="x"))))
    other = plan.entry(log._replace(name="b"), Survey("2", ("f",), (site(0, digest="x"),)))
    assert len(set(one.parts)) == 2
    assert other.parts == one.parts[:1]
    assert sum(len(run.blocks) for run in plan.runs) == 2


def test_a_file_that_ends_early_is_said_to_be_incomplete(plan: SpreadPlan, log: LogFile) -> None:
    assert plan.entry(log, Survey("1", ("f",), (site(0),))).complete
    assert not plan.entry(log, Survey("2", ("f",), (site(0), site(1, fault="ends early")))).complete


def test_small_runs_go_together_up_to_a_block(plan: SpreadPlan, log: LogFile) -> None:
    sizes = [BLOCK_BYTES, BLOCK_BYTES // 2, BLOCK_BYTES // 2, 5, 5]
    plan.entry(log, Survey("1", ("f",), tuple(site(n, offset=n, size_bytes=size) for n, size in enumerate(sizes))))
    assert [len(task) for task in together(plan.runs)] == [1, 2, 2]
