"""A worker's task may be done twice, and after another did half of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from exchange_log import exchange, write_log
from stillwatch.core.errors import SettingsError
from stillwatch.logs.log_file import LogFile
from stillwatch.logs.part_numbers import PartNumbers
from stillwatch.logs.reading import Reading
from stillwatch.logs.shelf import formats
from stillwatch.logs.spread_parts import SpreadWork
from stillwatch.logs.spread_plan import SpreadPlan
from stillwatch.logs.store import Store
from stillwatch.logs.survey import survey_file

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.spread_plan import Run


def planned(store: Store, log: Path, reading: Reading) -> tuple[SpreadWork, tuple[Run, ...]]:
    plan = SpreadPlan(store, reading, PartNumbers(store), None)
    plan.entry(LogFile.at(log), survey_file(log, reading))
    folder = store.root / "work-here"
    folder.mkdir()
    return SpreadWork(store.root, store.settings, reading, folder), tuple(plan.runs)


def test_a_task_done_twice_makes_the_same_parts(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(20)))
    work, task = planned(store, log, Reading())
    assert [made.pending for made in work.make_parts(task)] == [None]
    [file] = (store.root / "exchanges").iterdir()
    written = file.stat().st_mtime_ns
    work.make_parts(task)
    assert file.stat().st_mtime_ns == written  # what is closed is not made again
    assert list(work.folder.iterdir()) == []


def test_halves_wait_in_the_folder_of_the_run(tmp_path: Path) -> None:
    [azure] = [one for one in formats() if one.name == "azure_apim"]
    case = next(case for case in azure.cases if len(case.records) > 1 and case.rows)
    log = write_log(tmp_path / "a.jsonl", map(dict, case.records))
    store = Store.open(tmp_path / "store")
    work, task = planned(store, log, Reading(format_name="azure_apim"))
    [made], [again] = work.make_parts(task), work.make_parts(task)
    assert made == again
    assert made.pending is not None
    assert len(work.halves(made.name)) == len(case.records)
    assert store.parts() == {}


def test_a_store_that_cannot_be_seen_is_the_operators_to_mend(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    with pytest.raises(SettingsError, match=r"does not see the store.*--store"):
        SpreadWork(store.root, store.settings, Reading(), tmp_path / "gone").make_parts(())
