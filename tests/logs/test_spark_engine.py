"""The engine on Spark gives for every query what the one on DuckDB gives, in whole scans of a composed log."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from local_spark import BothEngines, connected_spark, local_spark, why_missing

from exchange_log import scanned
from stillwatch.core.errors import InternalError, SettingsError
from stillwatch.logs.corpora import add_to_store
from stillwatch.logs.store import Store
from stillwatch.service.sample import sample

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]


@pytest.fixture(scope="module", params=[local_spark, connected_spark], ids=["context", "connect"])
def session(request):
    with request.param() as made:
        yield made


@pytest.fixture
def engine(session):
    from stillwatch.logs.spark_engine import SparkEngine

    with closing(SparkEngine(session)) as made:
        yield made


@pytest.fixture(scope="module")
def composed(tmp_path_factory):
    """A composed log of some thousand exchanges in a store, with a set of items of which some were asked for."""
    folder = tmp_path_factory.mktemp("composed")
    made = sample(folder / "sample", scale=0.03)
    accounts = {"accounts": made.accounts_path, "authorised": made.authorised_path}
    scanned(folder / "store", made.logs, content="full", **accounts)
    store = Store.open(folder / "store")
    texts = pq.read_table(store.files("excerpts"))["prompt_text"].unique().drop_null().to_pylist()
    (folder / "items.txt").write_text("\n".join(" ".join(text.split()) for text in texts[:200]))
    add_to_store(store, "items", folder / "items.txt", None, datetime(2026, 7, 1, tzinfo=UTC))
    return store, accounts


def test_a_table_that_was_put_can_be_asked(engine):
    engine.put("account", pa.table({"account_no": [2, 1], "name": ["b", None]}))
    assert engine.run("account_all").to_pylist() == [{"account_no": 1, "name": None}, {"account_no": 2, "name": "b"}]
    engine.put("account", pa.table({"account_no": [3]}))
    assert engine.run("account_all").to_pylist() == [{"account_no": 3}]


def test_attached_files_are_one_table_and_none_an_empty_one(engine, tmp_path):
    pq.write_table(pa.table({"account_no": [1]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"account_no": [2], "name": ["b"]}), tmp_path / "2.parquet")
    schema = pa.schema([("account_no", pa.int64()), ("name", pa.string())])
    engine.attach("account", [str(tmp_path / "1.parquet"), str(tmp_path / "2.parquet")], schema)
    assert engine.run("account_all")["name"].to_pylist() == [None, "b"]
    engine.attach("account", [], schema)
    assert (engine.run("account_all").num_rows, engine.run("account_all").column_names) == (0, schema.names)


def test_a_view_looks_its_tables_up_when_it_is_read_and_a_table_does_not(engine):
    def put(account):
        engine.put("keys", pa.table({"kind": [1], "share_key": [5], "account_key": [7], "exchange_no": [account]}))

    engine.put("account", pa.table({"account_no": [0], "account_key": [7]}))
    put(1)
    engine.define_as("share", "share")
    engine.define("key_busy", {"least_exchanges": 1})
    engine.define("key_use")
    engine.define("reasoning_block")
    put(2)
    engine.put("focus", pa.table({"exchange_no": [2]}))
    engine.put("variant_asked", pa.table({"share_key": [5]}))
    engine.put("corpus_candidate", pa.table({"exchange_no": [1, 2]}))
    found = engine.run("corpus_reach", {"run_kind": 1, "sample": 3})
    assert found["exchange_no"].to_pylist() == [2]
    assert engine.run("account_share", dict.fromkeys(_BOUNDS, 1)).num_rows == 1


def test_a_query_that_fails_shows_itself(engine):
    engine.drop("account")
    with pytest.raises(InternalError, match=r"(?s)query account_all.*FROM account"):
        engine.run("account_all")
    with pytest.raises(InternalError, match="query duplicate"):
        engine.define("duplicate")
    with pytest.raises(InternalError, match="query share"):
        engine.define_as("share", "share")


def test_a_sum_that_does_not_fit_is_an_error(engine):
    uses = {"kind": [1, 1], "share_key": [5, 5], "account_no": [0, 1], "exchanges": [2**62, 2**62]}
    engine.put("key_use", pa.table(uses))
    with pytest.raises(InternalError, match=r"(?s)query account_share.*overflow"):
        engine.run("account_share", dict.fromkeys(_BOUNDS, 1) | {"most_accounts": 9})


_BOUNDS = ("least_accounts", "most_accounts", "least_exchanges", "least_uses")


def test_a_scan_finds_the_same_and_every_query_that_it_asks_has_the_same_rows(session, composed, monkeypatch):
    store, accounts = composed
    compared = set()
    reference = scanned(store.root, keeps_summaries=False, **accounts)
    both = partial(BothEngines, session, gives="spark", compared=compared)
    monkeypatch.setattr("stillwatch.service.open_engine.DuckDbEngine", both)
    found = scanned(store.root, keeps_summaries=False, **accounts)
    assert (found.run, found.campaigns, found.set_aside) == (reference.run, reference.campaigns, reference.set_aside)
    assert found.run.complete, found.run.warnings
    assert {
        "account",
        "account_share",
        "facet",
        "focus_exchange",
        "handover",
        "repeat",
        "tie",
        "variant_key",
    } <= compared
    assert not session.catalog.listTables(), "the session is left as it was found"


def test_two_engines_of_one_session_do_not_see_each_other_and_settings_are_set_back(session):
    from stillwatch.logs.spark_engine import SparkEngine

    session.conf.set("spark.sql.ansi.enabled", "false")
    with closing(SparkEngine(session)) as one, closing(SparkEngine(session)) as other:
        one.put("duplicate", pa.table({"exchange_no": [1]}))
        other.put("duplicate", pa.table({"exchange_no": [1, 2]}))
        found = [engine.run("duplicate_count")["duplicates"].to_pylist() for engine in (one, other)]
        assert found == [[1], [2]]
        assert session.conf.get("spark.sql.ansi.enabled") == "true"
    assert session.conf.get("spark.sql.ansi.enabled") == "false"
    assert not session.catalog.listTables()


def test_what_is_written_takes_the_place_of_what_was_there(engine, tmp_path):
    engine.put("tied_key", pa.table({"share_key": [5]}))
    for exchanges in ([1, 2], [3]):
        rows = {name: [5] * len(exchanges) for name in ("kind", "share_key", "account_key")}
        engine.put("keys", pa.table({**rows, "exchange_no": exchanges}))
        files = engine.write("tie", tmp_path / "ties")
        assert sorted(pq.read_table(files)["exchange_no"].to_pylist()) == exchanges


def test_files_that_spark_does_not_find_are_for_the_operator_to_mend(engine, tmp_path):
    file = tmp_path / "1.parquet"
    with pytest.raises(SettingsError, match=r"(?s)does not reach the store.*1\.parquet.*shared mount"):
        engine.attach("account", [str(file)], pa.schema([("account_no", pa.int64())]))
    pq.write_table(pa.table({"account_no": [1]}), file)
    engine.attach("account", [str(file)], pa.schema([("account_no", pa.int64())]))
    file.unlink()
    with pytest.raises(SettingsError, match=r"(?s)does not reach the store.*1\.parquet.*shared mount"):
        engine.run("account_all")
