"""Hand-made logs: an exchange in one short call, a file of them in another, and a scan of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from stillwatch.service.scan import scan
from stillwatch.service.settings import ScanSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from stillwatch.core.campaign import ScanResult
    from stillwatch.logs.ingest import Sealing

START = 1_772_355_600_000_000_000
"""2026-03-01T09:00:00Z in nanoseconds."""
MINUTE = 60 * 10**9


def exchange(number: int, account: str = "", **fields: Any) -> dict[str, Any]:
    """One exchange in stillwatch's own columns, a minute after the one before, from one of ten accounts."""
    return {
        "record_id": f"req-{number}",
        "started_at": START + number * MINUTE,
        "account_id": account or f"acct-{number % 10}",
        "client_address": f"203.0.113.{number % 10}",
        "request_model": "model-large",
        "prompt_text": f"Please tell me what number {number} is good for, and why people like it.",
        "reply_text": "For counting.",
        "turn": 1,
        "status_code": 200,
        "output_tokens": 20 + number % 7,
    } | fields


def write_log(path: Path, records: Iterable[dict[str, Any]]) -> Path:
    """Write records as JSON Lines; a field that is None is left out."""
    lines = ({name: value for name, value in record.items() if value is not None} for record in records)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return path


def scanned(store: Path, logs: Sequence[Path] = (), sealing: Sealing | None = None, **settings: Any) -> ScanResult:
    """Scan in this process, with one worker and little memory."""
    wanted = ScanSettings(logs=tuple(map(str, logs)), store=store, workers=1, memory_bytes=1 << 29, **settings)
    return scan(wanted, clock=lambda: datetime(2026, 7, 1, tzinfo=UTC), progress=quiet, sealing=sealing)


def quiet(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
    del stage, done, total
