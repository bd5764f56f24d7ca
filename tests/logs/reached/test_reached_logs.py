"""What only Spark reaches becomes the store that the same bytes become on this machine, once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from local_spark import connected_spark, local_spark, why_missing
from reached_places import rows_of, url_of, write_logs

from exchange_log import exchange, quiet, scanned, write_log
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.logs.files import expand
from stillwatch.logs.ingest import ingest
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store
from stillwatch.service.sample import sample
from stillwatch.service.settings import EngineChoice

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]


@pytest.fixture(scope="module", params=[local_spark, connected_spark], ids=["context", "connect"])
def session(request: pytest.FixtureRequest):
    with request.param() as made:
        yield made


def _ingest(session: Any, store: Store, *names: str) -> list[tuple[str, int, int]]:
    from stillwatch.logs.reached.reached_logs import ReachedLogs

    told: list[tuple[str, int, int]] = []
    ReachedLogs(session, names).ingest(store, Reading(), lambda *one: told.append(one))
    return told


@pytest.mark.parametrize("kind", ["file", "viewfs"])
def test_the_store_is_that_of_a_read_on_this_machine(session, tmp_path: Path, kind: str) -> None:
    logs = write_logs(tmp_path / "logs")
    alone, store = (Store.open(tmp_path / name, salt=7) for name in ("alone", "store"))
    ingest(alone, expand([str(logs)]), Reading(workers=1), quiet)
    url = url_of(session, kind, logs)
    _ingest(session, store, url)
    assert rows_of(store) == rows_of(alone)
    names = {entry.path.rpartition("/")[2] for entry in store.inputs()}
    assert names == {path.name for path in expand([str(logs)])}
    [found] = store.rejects(store.inputs()).examples["not JSON"]
    assert found.path.startswith(url.partition("//")[0])
    assert (found.path.rpartition("/")[2], found.line) == ("1 [a]%20.jsonl", 51)
    before = rows_of(store)
    assert all(total == 0 for _, _, total in _ingest(session, store, url))  # nothing is read again
    assert rows_of(store) == before


def test_a_file_that_changed_is_read_anew_and_one_that_was_touched_is_only_looked_over(session, tmp_path: Path) -> None:
    logs = write_logs(tmp_path / "logs")
    store = Store.open(tmp_path / "store", salt=7)
    url = logs.as_uri()
    _ingest(session, store, url)
    before = {entry.path: entry for entry in store.inputs()}
    (logs / "0 [a]%20.jsonl").write_bytes((logs / "2 [a]%20.jsonl").read_bytes() + b"{}\n")
    os.utime(logs / "packed.gz", (1, 1))
    told = _ingest(session, store, url)
    size = sum((logs / name).stat().st_size for name in ("0 [a]%20.jsonl", "packed.gz"))
    assert ("looking over the logs", size, size) in told
    changed = {entry.path for entry in store.inputs() if entry.parts != before[entry.path].parts}
    assert {name.rpartition("/")[2] for name in changed} == {"0 [a]%20.jsonl"}
    assert all(total == 0 for _, _, total in _ingest(session, store, url))


def test_a_table_is_read_as_its_rows_are_from_parquet(session, tmp_path: Path) -> None:
    """Nested columns, times and nulls; by name, and once as long as it stays as it is."""
    rows = [_nested(number) for number in range(60)]
    file = tmp_path / "nested.parquet"
    pq.write_table(pa.Table.from_pylist(rows, _NESTED), file)
    mapping = _mapping(tmp_path)
    alone, store = (Store.open(tmp_path / name, salt=7) for name in ("alone", "store"))
    ingest(alone, [file], Reading(workers=1, mapping=mapping), quiet)
    session.sql("DROP TABLE IF EXISTS nested_calls")
    session.read.parquet(file.as_uri()).repartition(1).write.saveAsTable("nested_calls")
    from stillwatch.logs.reached.reached_logs import ReachedLogs

    def read() -> list[Any]:
        told: list[Any] = []
        logs = ReachedLogs(session, ["table:nested_calls"])
        logs.ingest(store, Reading(mapping=mapping), lambda *one: told.append(one))
        return told

    assert read()
    assert _exchanges(store) == _exchanges(alone)
    [entry] = store.inputs()
    assert (entry.path, entry.formats, entry.complete) == ("table:nested_calls", ("mapping",), True)
    assert read() == []  # the version is the one that was read
    session.sql("INSERT INTO nested_calls SELECT * FROM nested_calls LIMIT 1")
    assert read()
    assert sum(part.exchanges for part in store.parts().values()) == 61
    [after] = store.inputs()
    assert after.stamp != entry.stamp
    session.sql("CREATE OR REPLACE TEMPORARY VIEW calls_view AS SELECT * FROM nested_calls")
    _ = [ReachedLogs(session, ["table:calls_view"]).ingest(store, Reading(mapping=mapping), quiet) for _ in range(2)]
    assert {one.path for one in store.inputs()} == {"table:nested_calls", "table:calls_view"}


def test_a_log_of_no_known_format_is_named_by_its_url(session, tmp_path: Path) -> None:
    write_log(tmp_path / "logs" / "strange.jsonl", [{"a": 1}])
    with pytest.raises(InputError, match=r"file:/.*/strange\.jsonl: no known format"):
        _ingest(session, Store.open(tmp_path / "store"), (tmp_path / "logs").as_uri())


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("file:///nowhere/at/all", InputError, "does not exist.*check the URL"),
        ("nofs://bucket/logs/", SettingsError, "No FileSystem for scheme.*spark.jars.packages"),
        ("delta:nofs://bucket/calls", SettingsError, "delta.*spark.jars.packages"),
        ("table:nowhere.calls", InputError, "cannot be found.*check the name"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(session, tmp_path: Path, name: str, kind: type, words: str) -> None:
    with pytest.raises(kind, match=words) as error:
        _ingest(session, Store.open(tmp_path / "store"), name)
    assert str(error.value).startswith(f"{name}: ")
    assert "\n" not in str(error.value)


def test_a_scan_of_a_url_finds_what_one_of_the_paths_does(session, tmp_path: Path) -> None:
    """The account is chosen by the first logs there too."""
    made = sample(tmp_path / "sample", scale=0.03)
    (tmp_path / "salt").write_text("0123456789abcdef" * 4)
    settings = {"accounts": made.accounts_path, "salt_file": tmp_path / "salt"}
    reference = scanned(tmp_path / "alone", made.logs, **settings)
    spark = EngineChoice(name="spark")
    found = scanned(tmp_path / "store", [url_of(session, "viewfs", made.logs[0].parent)], engine=spark, **settings)
    assert found.run.complete, found.run.warnings
    assert (found.campaigns, found.set_aside) == (reference.campaigns, reference.set_aside)
    assert {one.sha256 for one in found.run.inputs} == {one.sha256 for one in reference.run.inputs}


_NESTED = pa.schema(
    [
        ("id", pa.string()),
        ("when", pa.timestamp("us", "UTC")),
        ("who", pa.struct([("account", pa.string()), ("tags", pa.list_(pa.string()))])),
        ("text", pa.string()),
        ("tokens", pa.int64()),
    ]
)


def _nested(number: int) -> dict[str, Any]:
    one = exchange(number)
    who = {"account": one["account_id"], "tags": ["a", None] if number % 3 else None}
    text = one["prompt_text"] if number % 5 else None
    return {"id": one["record_id"], "when": one["started_at"] // 1000, "who": who, "text": text, "tokens": number}


def _mapping(folder: Path) -> Any:
    from stillwatch.logs.mapping import load_mapping

    path = folder / "mapping.toml"
    path.write_text(
        'record_id = "id"\nstarted_at = "when"\naccount_id = "who.account"\nprompt_text = "text"\n'
        'output_tokens = "tokens"\n'
    )
    return load_mapping(path)


def _exchanges(store: Store) -> list[dict[str, Any]]:
    rows = [row for file in store.files("exchanges") for row in pq.read_table(file).to_pylist()]
    return sorted(rows, key=lambda row: row["exchange_no"])
