from __future__ import annotations

from exchange_log import exchange, scanned, write_log
from stillwatch.logs.store import Store
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.notebook import Notebook
from stillwatch.service.evidence.read_inputs import read_inputs
from stillwatch.service.evidence.seal_log import seal_log


def test_a_file_that_was_sealed_names_its_leaf_and_another_one_none(tmp_path):
    logs = [
        write_log(tmp_path / name, [exchange(number) for number in range(size)])
        for name, size in (("a.jsonl", 30), ("b.jsonl", 12))
    ]
    scanned(tmp_path / "store", logs)
    log = EvidenceLog.make(tmp_path / "evidence", "log.example/1", clock=lambda: 1_790_000_000.0)
    book = Notebook(log, clock=lambda: 1_790_000_000.0)
    sealed = seal_log(logs[0], book)
    book.close()
    found = read_inputs(Store.open(tmp_path / "store"), log)
    assert [(one.exchanges, one.batch_leaf) for one in found] == [(30, sealed.leaf), (12, None)]
    assert found[0].size_bytes == logs[0].stat().st_size
    assert [one.batch_leaf for one in read_inputs(Store.open(tmp_path / "store"), None)] == [None, None]
