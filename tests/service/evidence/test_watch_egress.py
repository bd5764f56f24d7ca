from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from flow_logs import HOST, record, write
from stillwatch.core.egress import EgressKind, EgressWatch, EgressWeight
from stillwatch.core.errors import InputError
from stillwatch.service.evidence.watch_egress import watch_egress

if TYPE_CHECKING:
    from pathlib import Path

_AT = datetime(2026, 5, 1, tzinfo=UTC)
_M = 2**20


def _watch(tmp_path: Path, records: list[dict[str, Any]], *, budget: str = "") -> EgressWatch:
    declared = tmp_path / "egress.toml"
    text = f'inside = ["10.0.0.0/16"]\n[[host]]\nname = "vault-1"\naddresses = ["{HOST}"]\nweights = "4G"\n'
    declared.write_text(text + 'allowed = ["10.9.0.0/16"]\nday = "1G"\n' + budget)
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    log = write(tmp_path / "flows.json", records)
    return watch_egress(declared, [str(log)], out, at=_AT)


def _trickle(days: int, size: int, target: str = "198.51.100.23") -> list[dict[str, Any]]:
    return [record(24 * day + 3, target, size, src_port=40_000 + day) for day in range(days)]


def test_a_slow_trickle_is_found_and_told_with_its_days(tmp_path: Path) -> None:
    watch = _watch(
        tmp_path, [*_trickle(40, 40 * _M), record(2, "10.9.0.4", 900 * _M), record(2, "10.0.7.7", 9000 * _M)]
    )
    assert [(one.kind, one.moved_bytes, one.destination) for one in watch.findings] == [
        (EgressKind.COPY, 1600 * _M, ""),
        (EgressKind.UNDECLARED, 1600 * _M, "198.51.100.23"),
    ]
    (host,) = watch.hosts
    assert (host.out_bytes, host.other_bytes, host.inside_bytes) == (2500 * _M, 1600 * _M, 9000 * _M)
    assert (len(host.days), host.days_to_leave, host.error_bytes) == (40, 4.0, 0)
    assert watch.faults == ()
    assert watch.caveats == ("the logs show one way only of vault-1: what came back is not known",)


def test_what_is_within_the_declaration_is_no_finding(tmp_path: Path) -> None:
    quiet = [record(24 * day + 3, "10.9.0.4", 20 * _M, out_bytes=9 * _M, out_packets=9) for day in range(40)]
    watch = _watch(tmp_path, quiet)
    assert (watch.findings, watch.faults, watch.caveats) == ((), (), ())
    assert watch.coverage.silent_hours == 39 * 23


def test_a_day_over_its_budget(tmp_path: Path) -> None:
    watch = _watch(tmp_path, [record(20, "10.9.0.4", 2200 * _M, lasted_h=8, out_bytes=2200 * _M, out_packets=9)])
    found = [one for one in watch.findings if one.weight is EgressWeight.OVER]
    assert [(one.kind, one.moved_bytes // _M, one.p_value) for one in found] == [
        (EgressKind.OVER_DAY, 1100, None),
        (EgressKind.OVER_DAY, 1100, None),
    ]


def test_a_second_run_over_grown_logs_reads_what_is_new(tmp_path: Path) -> None:
    _watch(tmp_path, _trickle(10, 40 * _M))
    write(tmp_path / "more.json", _trickle(40, 40 * _M)[10:])
    declared, out = tmp_path / "egress.toml", tmp_path / "out"
    watch = watch_egress(declared, [str(tmp_path / "*.json")], out, at=_AT)
    assert watch.findings[0].moved_bytes == 1600 * _M
    assert [name for name, _ in watch.coverage.files] == ["flows.json", "more.json"]


def test_a_log_of_other_hosts_is_incomplete_and_not_clean(tmp_path: Path) -> None:
    watch = _watch(tmp_path, [record(0, "192.0.2.9", 100, source="10.0.9.9")])
    assert "no flow of a declared host" in watch.faults[0]


def test_what_is_no_flow_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no flow log that is known"):
        _watch(tmp_path, [{"model": "m"}])
