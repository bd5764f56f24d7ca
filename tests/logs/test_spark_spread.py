"""Work is spread over a real Spark: answers in order, errors by who must act, a store that is the same to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from local_spark import connected_spark, local_spark, why_missing

from exchange_log import exchange, quiet, scanned, write_log
from stillwatch.core.errors import InputError, InternalError
from stillwatch.logs.ingest import ingest
from stillwatch.logs.reading import Reading
from stillwatch.logs.spread_ingest import ingest_spread
from stillwatch.logs.store import Store
from stillwatch.service.sample import sample
from stillwatch.service.settings import EngineChoice

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]


@pytest.fixture(scope="module", params=[local_spark, connected_spark], ids=["context", "connect"])
def session(request):
    with request.param() as made:
        yield made


@pytest.fixture
def spread(session):
    from stillwatch.logs.spark_spread import SparkSpread

    return SparkSpread(session)


def test_answers_come_in_the_order_of_the_tasks(spread, session) -> None:
    from stillwatch.logs.spark_spread import SparkSpread

    tasks = [{"number": number, "text": "x" * number} for number in range(20)]
    assert list(SparkSpread(session, 8)(sorted, tasks, "sort")) == [["number", "text"]] * 20
    assert list(spread(len, [[None] * n for n in (3, 1, 2)], "count")) == [3, 1, 2]
    assert list(spread(len, [], "count")) == []


def test_an_error_that_somebody_must_act_on_is_raised_here(spread, tmp_path: Path) -> None:
    strange = write_log(tmp_path / "strange.jsonl", [{"a": 1}])
    with pytest.raises(InputError, match=r"strange\.jsonl.*no known format.*--mapping"):
        ingest_spread(Store.open(tmp_path / "store"), [strange], Reading(), quiet, spread)


def test_a_task_that_fails_says_what_was_done_and_how_it_failed(spread) -> None:
    with pytest.raises(InternalError, match=r"(?s)could not count.*TypeError"):
        list(spread(len, [3], "count"))


def test_the_store_is_the_same_to_the_byte(spread, tmp_path: Path) -> None:
    logs = [write_log(tmp_path / f"{n}.jsonl", map(exchange, range(n * 50, n * 50 + 50))) for n in range(3)]
    stores = [Store.open(tmp_path / name, salt=7) for name in ("alone", "spread")]
    entries = ingest(stores[0], logs, Reading(workers=1), quiet)
    assert ingest_spread(stores[1], logs, Reading(), quiet, spread) == entries
    assert files(stores[1]) == files(stores[0])


@pytest.mark.usefixtures("session")
def test_a_scan_on_spark_from_the_log_on_finds_the_same(tmp_path: Path) -> None:
    made = sample(tmp_path / "sample", scale=0.03)
    (tmp_path / "salt").write_text("0123456789abcdef" * 4)
    settings = {"accounts": made.accounts_path, "salt_file": tmp_path / "salt"}
    reference = scanned(tmp_path / "alone", made.logs, **settings)
    found = scanned(tmp_path / "spread", made.logs, engine=EngineChoice(name="spark"), **settings)
    assert found.run.complete, found.run.warnings
    assert (found.run, found.campaigns, found.set_aside) == (reference.run, reference.campaigns, reference.set_aside)


def files(store: Store) -> dict[str, Any]:
    return {str(path.relative_to(store.root)): path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
