from __future__ import annotations

import pyarrow as pa

from stillwatch.logs.flow_format import FLOW_SCHEMA, LOST, NO_DATA
from stillwatch.logs.flow_rows import split_flows

_AT = 1772355600 * 10**9
_GOOD = {"source_address": "a", "target_address": "b", "start_at": _AT, "end_at": _AT + 20, "sent_bytes": 1}


def _flows(*rows: dict[str, object]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), FLOW_SCHEMA)


def test_what_a_flow_cannot_do_without() -> None:
    bad = [{**_GOOD, name: None} for name in ("start_at", "source_address", "target_address", "sent_bytes")]
    kept, rejected = split_flows(
        _flows(_GOOD, *bad, {**_GOOD, "sent_bytes": -5}, {**_GOOD, "source_address": ""}, {**_GOOD, "start_at": 7})
    )
    assert kept.num_rows == 1
    assert {reason: count for reason, (count, _) in rejected.items()} == {
        "no time": 2,
        "no source address": 2,
        "no target address": 1,
        "no count of bytes": 2,
    }


def test_an_end_that_is_none_is_the_start() -> None:
    kept, _ = split_flows(_flows({**_GOOD, "end_at": None}, {**_GOOD, "end_at": _AT - 5}, {**_GOOD, "end_at": 2**62}))
    assert kept.column("end_at").to_pylist() == [_AT] * 3


def test_what_observers_say_of_themselves_is_no_record() -> None:
    kept, rejected = split_flows(_flows({"start_at": _AT, "status": NO_DATA}, {"start_at": _AT, "status": LOST}))
    assert (kept.column("status").to_pylist(), rejected) == ([LOST], {})
