from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from flow_logs import HOST, record, write
from small_engine import small_engine
from stillwatch.logs.egress_log import EgressLog, TotalOut
from stillwatch.logs.flow_addresses import AddressBook
from stillwatch.logs.flow_ingest import read_flows

if TYPE_CHECKING:
    from pathlib import Path


def _total(tmp_path: Path, *logs: list[dict[str, Any]]) -> tuple[float, float, int]:
    """What left, what came, and how many records were told twice."""
    paths = [write(tmp_path / f"{number}.json", records) for number, records in enumerate(logs)]
    read = read_flows(paths, AddressBook([(HOST, 0)]), tmp_path / "flows", hosts_digest="d")
    with closing(EgressLog(read.files, small_engine(tmp_path / "spill"))) as log:
        log.place([0] * len(log.peers()))
        (total,) = log.totals()
        assert abs(sum(one.out_bytes for one in log.hours()) - total.out_bytes) < 1e-3
        return total.out_bytes, total.in_bytes, log.duplicates()


def test_one_record_of_both_ways(tmp_path: Path) -> None:
    assert _total(tmp_path, [record(0, "192.0.2.9", 100, out_bytes=30, out_packets=1)]) == (100, 30, 0)


def test_the_same_record_in_two_files_counts_once(tmp_path: Path) -> None:
    one, other = record(0, "192.0.2.9", 100), record(1, "192.0.2.9", 7)
    assert _total(tmp_path, [one], [one, other]) == (107, 0, 1)


def test_a_connection_that_two_routers_saw_counts_once(tmp_path: Path) -> None:
    seen = [record(0, "192.0.2.9", 100), record(0.001, "192.0.2.9", 98, ip4_router="10.0.0.2")]
    assert _total(tmp_path, seen) == (100, 0, 0)


def test_both_ways_told_by_one_and_each_way_by_another_count_once(tmp_path: Path) -> None:
    both = record(0, "192.0.2.9", 100, out_bytes=30, out_packets=1)
    ways = [
        record(0, "192.0.2.9", 100, ip4_router="10.0.0.2"),
        record(0, HOST, 30, source="192.0.2.9", src_port=443, dst_port=40_000, ip4_router="10.0.0.2"),
    ]
    assert _total(tmp_path, [both, *ways]) == (100, 30, 0)


def test_connections_of_their_own_add_up(tmp_path: Path) -> None:
    assert _total(tmp_path, [record(0, "192.0.2.9", 100, src_port=port) for port in (1, 2, 3)]) == (300, 0, 0)


def test_nothing_is_nothing(tmp_path: Path) -> None:
    with closing(EgressLog([], small_engine(tmp_path / "spill"))) as log:
        log.place([])
        assert (log.peers(), log.hours(), log.destinations(9), log.totals(), log.duplicates()) == ([], [], [], [], 0)


def test_totals_name_host_and_place(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", [record(0, "192.0.2.9", 100), record(0, "192.0.2.8", 11)])
    read = read_flows([path], AddressBook([(HOST, 0)]), tmp_path / "flows", hosts_digest="d")
    with closing(EgressLog(read.files, small_engine(tmp_path / "spill"))) as log:
        assert log.peers() == [(0, "192.0.2.8"), (0, "192.0.2.9")]
        log.place([1, 2])
        assert log.totals() == [TotalOut(0, 1, 11, 0, 0, 1), TotalOut(0, 2, 100, 0, 0, 1)]
        assert [(one.address, one.place_no) for one in log.destinations(1)] == [("192.0.2.9", 2), ("192.0.2.8", 1)]
