from __future__ import annotations

from typing import TYPE_CHECKING

from exchange_log import exchange, quiet, write_log
from stillwatch.logs.exchange_rows import ExchangeRows
from stillwatch.logs.reading import Reading

if TYPE_CHECKING:
    from pathlib import Path


def test_columns_of_each_exchange_and_what_was_lost(tmp_path: Path) -> None:
    one = write_log(tmp_path / "a.jsonl", [exchange(1), exchange(2, reply_text=None)])
    with one.open("ab") as file:
        file.write(b'{"record_id"\n')
    two = write_log(tmp_path / "b.jsonl", [exchange(3)])
    found = ExchangeRows([one, two], Reading(), ("record_id", "reply_text"), spill=tmp_path, progress=quiet)
    assert list(found.rows()) == [("req-1", "For counting."), ("req-2", None), ("req-3", "For counting.")]
    assert (found.rejected, found.faults) == (1, ())
