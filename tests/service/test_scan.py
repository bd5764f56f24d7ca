"""A scan from files to a result: what it counts, what it keeps, and what it does the second time."""

from __future__ import annotations

import gzip
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from exchange_log import exchange, quiet, scanned, write_log
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.logs.store import TABLES, Store, hold
from stillwatch.service.calibration_record import Judged, record_judged
from stillwatch.service.scan import scan

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.core.campaign import ScanResult

_JUDGED = Judged(
    appeal="ap-1",
    denial="d-1",
    decided_at=datetime(2026, 11, 22, tzinfo=UTC),
    key="account",
    value="a-1",
    is_guilty=False,
    subject="c-of-before",
    rule="operators",
    confidence=0.96,
    because="",
    decided_by="Ada",
    decision_reason="a class",
)
_MARKER = "xylophonequartz"


def test_the_sample_holds_a_campaign_and_every_exchange_is_counted(small_sample: Any, small_scan: Any) -> None:
    run = small_scan.result.run
    assert (run.complete, run.exchanges) == (True, small_sample.exchanges)
    assert [campaign.verdict.value for campaign in small_scan.result.campaigns] == ["campaign"]
    assert sum(source.exchanges for source in run.inputs) == small_sample.exchanges


def test_scanning_again_changes_nothing(small_scan: Any) -> None:
    again = _again(small_scan.settings)
    assert _without_times(again) == _without_times(small_scan.result)


def test_the_store_alone_gives_the_same_result(small_scan: Any) -> None:
    again = _again(replace(small_scan.settings, logs=()))
    assert _without_times(again) == _without_times(small_scan.result)


def test_what_people_overturned_bounds_what_is_stated(small_scan: Any, tmp_path: Path) -> None:
    file = tmp_path / "calibration.jsonl"
    record_judged(file, _JUDGED)
    (before,), (after,) = small_scan.result.campaigns, _again(replace(small_scan.settings, calibration=file)).campaigns
    assert (before.id, before.confidence, after.confidence) == (after.id, 0.962, 0.893)
    ratios = [one.confidence / two.confidence for one, two in zip(after.members, before.members, strict=True)]
    assert ratios == pytest.approx([0.893 / 0.962] * len(ratios), abs=0.002)


def _again(settings: Any) -> ScanResult:
    return scan(settings, clock=lambda: datetime(2027, 1, 1, tzinfo=UTC), progress=quiet)


def _without_times(result: ScanResult) -> ScanResult:
    run = result.run
    inputs = tuple(sorted(run.inputs, key=lambda each: each.path))
    return replace(
        result, run=replace(run, started_at=run.started_at.min, finished_at=run.started_at.min, inputs=inputs)
    )


def test_a_file_that_grew_is_read_on(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(50)))
    assert scanned(tmp_path / "store", [log]).run.exchanges == 50
    write_log(log, map(exchange, range(80)))
    grown = scanned(tmp_path / "store", [log]).run
    assert (grown.exchanges, [source.exchanges for source in grown.inputs]) == (80, [80])
    assert not any("more than once" in warning for warning in grown.warnings)


def test_two_sources_of_one_record_count_once_and_are_told(tmp_path: Path) -> None:
    one = write_log(tmp_path / "a.jsonl", map(exchange, range(50)))
    other = write_log(tmp_path / "b.jsonl", (exchange(number, country="DE") for number in range(30, 60)))
    run = scanned(tmp_path / "store", [one, other]).run
    assert run.exchanges == 60
    assert any(warning.startswith("20 records came in more than once") for warning in run.warnings)


def test_one_address_on_all_accounts_is_said_to_be_a_load_balancer(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", (exchange(number, client_address="10.0.0.1") for number in range(50)))
    result = scanned(tmp_path / "store", [log])
    assert any("as behind a load balancer" in warning for warning in result.run.warnings)
    assert result.campaigns == ()


@pytest.mark.parametrize("content", ["none", "sketch", "full"])
def test_what_is_kept_of_the_texts(tmp_path: Path, content: Any) -> None:
    record = {
        "prompt_text": f"My secret word is {_MARKER}.",
        "system_text": f"You know {_MARKER}.",
        "reply_text": _MARKER,
    }
    log = write_log(tmp_path / "log.jsonl", [exchange(number, **record) for number in range(40)])
    scanned(tmp_path / "store", [log], content=content)
    kept = sum(_holds(file) for file in (tmp_path / "store").rglob("*") if file.is_file())
    assert kept == (0 if content == "none" else 1)
    assert _count(tmp_path / "store", "excerpts") == {"none": 0, "sketch": 1, "full": 40}[content]


def _holds(file: Path) -> bool:
    """Whether the marker stands in the file's bytes or, for Parquet, in any of its unpacked columns."""
    if _MARKER.encode() in file.read_bytes():
        return True
    return file.suffix == ".parquet" and _MARKER in str(pq.read_table(file).to_pydict())


def _count(store: Path, table: str) -> int:
    return sum(pq.read_metadata(file).num_rows for file in (store / table).glob("*.parquet"))


def test_since_and_until_bound_what_is_counted(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(50)))
    first, last = exchange(10)["started_at"], exchange(30)["started_at"]
    assert scanned(tmp_path / "store", [log], since=first, until=last).run.exchanges == 20


def test_rejects_are_counted_and_strict_makes_them_fatal(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(20)))
    with log.open("ab") as file:
        file.write(b"{broken\n")
    result = scanned(tmp_path / "store", [log])
    assert (result.run.inputs[0].rejected, result.run.complete) == (1, True)
    assert result.rejects[0][2].startswith(f"{log}:21: ")
    with pytest.raises(InputError, match=r"log.jsonl:21.*1 records were rejected"):
        scanned(tmp_path / "store", [log], is_strict=True)


def test_a_stream_that_ends_early_makes_the_run_incomplete(tmp_path: Path) -> None:
    plain = write_log(tmp_path / "plain", map(exchange, range(200))).read_bytes()
    log = tmp_path / "log.jsonl.gz"
    log.write_bytes(gzip.compress(plain)[:-200])
    run = scanned(tmp_path / "store", [log]).run
    assert not run.complete
    assert any("was not read to its end" in warning for warning in run.warnings)


def test_a_check_that_crashes_makes_the_run_incomplete_and_loses_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("stillwatch.service.look.build_scene", crash)
    run = scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", map(exchange, range(20)))]).run
    assert (run.complete, run.exchanges) == (False, 20)
    assert any("RuntimeError: boom" in warning for warning in run.warnings)


def test_a_log_without_accounts_says_so(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", ({**exchange(number), "account_id": None} for number in range(20)))
    run = scanned(tmp_path / "store", [log]).run
    assert run.accounts == 0
    assert any("no exchange names an account" in warning for warning in run.warnings)


def test_nothing_to_scan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no log to scan and no store yet"):
        scanned(tmp_path / "store")


def test_a_store_in_use_is_refused(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(5)))
    with hold(tmp_path / "store"), pytest.raises(SettingsError, match="another process writes"):
        scanned(tmp_path / "store", [log])


@pytest.mark.parametrize("closed", [2, pytest.param(15, marks=pytest.mark.slow)])
def test_killed_while_reading_and_run_again_gives_the_store_of_an_undisturbed_run(tmp_path: Path, closed: int) -> None:
    for number in range(60):
        write_log(tmp_path / "log" / f"{number:02}.jsonl", map(exchange, range(number * 100, number * 100 + 100)))
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    Store.open(whole)
    Store.open(killed)
    shutil.copy(whole / "settings.json", killed)  # one salt, so that keys can be compared
    assert _kill_when_closed(tmp_path / "log", killed, closed) == -signal.SIGKILL
    assert 0 < len(Store.open(killed).parts()) < 60
    scanned(whole, [tmp_path / "log"])
    scanned(killed, [tmp_path / "log"])
    assert [(one.path, one.parts) for one in Store.open(killed).inputs()] == [
        (one.path, one.parts) for one in Store.open(whole).inputs()
    ]
    for table in TABLES:
        assert _rows(killed, table) == _rows(whole, table)


def _kill_when_closed(logs: Path, store: Path, closed: int) -> int:
    """Scan in a process of its own and kill it as soon as so many parts are closed; give how it ended."""
    code = "import sys; from stillwatch.faces.cli.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "scan", str(logs), "--store", str(store), "--out", str(store.parent / "out")]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    deadline = time.monotonic() + 60
    while child.poll() is None and time.monotonic() < deadline:
        if len(list((store / "parts").iterdir())) >= closed:
            child.kill()
            break
        time.sleep(0.001)
    return child.wait(timeout=60)


def _rows(store: Path, table: str) -> list[str]:
    """Every row, in a form that does not depend on the numbers that parts were given."""
    names: dict[int, int] = {}
    for file in (store / "exchanges").glob("*.parquet"):
        rows = pq.read_table(file, columns=["exchange_no", "record_key"]).to_pylist()
        names |= {row["exchange_no"]: row["record_key"] for row in rows}
    found = [row for file in (store / table).glob("*.parquet") for row in pq.read_table(file).to_pylist()]
    return sorted(str({**row, "exchange_no": names.get(row.get("exchange_no", 0), 0)}) for row in found)
