"""What halves became is a part of its own, and the parts that they came from are closed after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from exchange_log import quiet, write_log
from stillwatch.logs.contents import count_contents
from stillwatch.logs.ingest import ingest
from stillwatch.logs.reading import Reading
from stillwatch.logs.shelf import formats
from stillwatch.logs.store import Store

if TYPE_CHECKING:
    from stillwatch.logs.format import Case

_READING = Reading(format_name="azure_apim", workers=1)


@pytest.fixture
def case() -> Case:
    [azure] = [one for one in formats() if one.name == "azure_apim"]
    return next(case for case in azure.cases if len(case.records) > 1 and case.rows)


@pytest.fixture
def logs(tmp_path: Path, case: Case) -> list[Path]:
    return [write_log(tmp_path / f"{n}.jsonl", [dict(record)]) for n, record in enumerate(case.records)]


def test_halves_in_two_files_become_one_exchange(tmp_path: Path, case: Case, logs: list[Path]) -> None:
    store = Store.open(tmp_path / "store")
    entries = ingest(store, logs, _READING, quiet)
    assert count_contents(store).exchanges == len(case.rows)
    assert ingest(store, logs, _READING, quiet) == tuple(
        sorted(entries, key=lambda entry: logs.index(Path(entry.path)))
    )


def test_what_was_killed_while_it_joined_is_done_again(
    tmp_path: Path, case: Case, logs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(tmp_path / "store")
    with monkeypatch.context() as patch:
        patch.setattr("stillwatch.logs.join_parts.write_part", _killed)
        with pytest.raises(KeyboardInterrupt):
            ingest(store, logs, _READING, quiet)
    assert store.parts() == {}
    ingest(store, logs, _READING, quiet)
    assert count_contents(store).exchanges == len(case.rows)


def _killed(*_: object) -> None:
    raise KeyboardInterrupt
