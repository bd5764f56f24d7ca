from __future__ import annotations

import pyarrow as pa

from stillwatch.logs.exchange_columns import read_exchange_columns


def test_dotted_names_are_renamed_and_cast() -> None:
    batch = pa.RecordBatch.from_pylist(
        [{"start_time_unix_nano": "1772355600250000000", "sw.account.id": "a", "http.response.status_code": 42}]
    )
    read = read_exchange_columns(batch)
    assert read is not None
    row = {name: value for name, value in read.to_pylist()[0].items() if value is not None}
    assert row == {"source": "stillwatch_exchange", "started_at": 1772355600250000000, "account_id": "a"}


def test_messages_are_left_to_the_row_path() -> None:
    assert read_exchange_columns(pa.RecordBatch.from_pylist([{"started_at": 1, "gen_ai.input.messages": "[]"}])) is None
