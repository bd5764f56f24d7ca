"""Lines off the hot path: written by a thread, dropped and counted where they cannot be."""

from __future__ import annotations

import threading
import time

from stillwatch.service.guarding.line_log import LineLog
from stillwatch.service.guarding.segments import Segments


def _lines(folder):
    return [line for file in sorted(folder.iterdir()) for line in file.read_bytes().splitlines()]


def _say(entry):
    return b"%d" % entry


def test_what_was_put_is_written_in_order_and_closing_writes_the_rest(tmp_path):
    log = LineLog(Segments(tmp_path, "log", clock=time.time), _say)
    assert all(log.put(number) for number in range(2000))
    log.close()
    assert _lines(tmp_path) == [b"%d" % number for number in range(2000)]
    assert (log.counts.written, log.counts.dropped, log.counts.failed) == (2000, 0, 0)


def test_a_full_queue_drops_and_counts_and_never_waits(tmp_path):
    gate = threading.Event()

    def slow(entry):
        gate.wait()
        return _say(entry)

    log = LineLog(Segments(tmp_path, "log", clock=time.time), slow, capacity=10)
    put = sum(log.put(number) for number in range(2000))
    gate.set()
    log.close()
    assert log.counts.dropped == 2000 - put > 0
    assert len(_lines(tmp_path)) == put


def test_an_entry_without_words_and_a_disk_that_fails_are_counted(tmp_path):
    log = LineLog(Segments(tmp_path / "log", "log", clock=time.time), lambda entry: b"%d" % (1 // entry))
    log.put(0)
    log.put(1)
    log.close()
    assert (log.counts.written, log.counts.failed) == (1, 1)
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    log = LineLog(Segments(blocked, "log", clock=time.time), _say)
    log.put(1)
    log.close()
    assert (log.counts.written, log.counts.failed) == (0, 1)
    assert log.counts.trouble


def test_who_is_in_a_hurry_finds_each_entry_written(tmp_path):
    log = LineLog(Segments(tmp_path, "log", clock=time.time), _say)
    log.put(1)
    log.hurry()
    assert _lines(tmp_path) == [b"1"]
    log.put(2)
    assert _lines(tmp_path) == [b"1", b"2"]
    log.close()
    assert log.counts.written == 2
