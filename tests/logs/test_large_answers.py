"""Large answers are the same from this process and from other machines, which leave no file behind."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from exchange_log import exchange, quiet, write_log
from small_engine import MEMORY_BYTES, ElsewhereEngine
from stillwatch.core.errors import InternalError
from stillwatch.logs.duckdb_engine import DuckDbEngine
from stillwatch.logs.ingest import ingest
from stillwatch.logs.large_answers import LargeAnswers
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store
from stillwatch.logs.window import Window
from stillwatch.logs.window_rows import Group

if TYPE_CHECKING:
    from pathlib import Path

_NONE: Any = pa.array([], pa.int64())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.open(tmp_path / "store", salt=7)
    ingest(made, [write_log(tmp_path / "log.jsonl", map(exchange, range(60)))], Reading(workers=1), quiet)
    return made


@pytest.mark.parametrize("kind", [DuckDbEngine, ElsewhereEngine])
def test_an_answer_is_a_table_of_the_engine_while_it_is_wanted(kind: type[DuckDbEngine], tmp_path: Path) -> None:
    with closing(kind(spill=tmp_path / "spill", memory_bytes=MEMORY_BYTES, threads=1)) as engine:
        engine.put("exchange", pa.table({"account_no": [1, 2], "exchange_no": [3, 4]}))
        engine.put("wanted", pa.table({"group_no": [0], "account_no": [2], "is_keyed": [0]}))
        engine.put("wanted_key", pa.table({"group_no": _NONE, "kind": _NONE, "share_key": _NONE}))
        engine.put("share", pa.table({"kind": _NONE, "share_key": _NONE, "account_no": _NONE, "exchange_no": _NONE}))
        with LargeAnswers(engine, tmp_path / "answers").defined("focus") as focus:
            assert focus.to_pylist() == [{"group_no": 0, "exchange_no": 4}]
            engine.put("exchange", pa.table({"exchange_no": [3, 4]} | {name: [0, 1] for name in _COLUMNS}))
            assert engine.run("focus_exchange")["exchange_no"].to_pylist() == [4]
        with pytest.raises(InternalError, match="focus"):
            engine.run("focus_exchange")
    assert not list(tmp_path.glob("answers/*"))


def test_exchanges_come_from_other_machines_as_they_do_from_this_one(store: Store, tmp_path: Path) -> None:
    found = []
    for kind in (DuckDbEngine, ElsewhereEngine):
        spill = tmp_path / kind.__name__
        engine = kind(spill=spill, memory_bytes=MEMORY_BYTES, threads=1)
        with closing(Window.open(store, engine, spill=spill, memory_bytes=MEMORY_BYTES)) as window:
            groups = [Group(accounts=np.array(some)) for some in ([0, 3], [3], [8, 9])]
            events = [{name: one[name].tolist() for name in one.columns} for one in window.events(groups)]
            likeness = sorted(zip(*(one.tolist() for one in window.similarities(2)), strict=True))
            found.append((events, likeness))
        assert not list(spill.rglob("part-*"))
    assert [len(one["exchange_no"]) for one in found[0][0]] == [12, 6, 12]
    assert len(found[0][1]) == 60
    assert found[0] == found[1]


_COLUMNS = (
    *("account_no", "started_at", "exact_key", "params_key", "client_key", "address_key", "system_key", "skeleton_key"),
    *("model", "status_code", "turn", "max_tokens", "choices", "logprobs", "task_bits", "prompt_words"),
    *("end_user_identity", "input_tokens", "output_tokens"),
)
