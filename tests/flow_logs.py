"""Flow logs for tests: records of nfdump, by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 3, 1, tzinfo=UTC)
HOST = "10.0.3.7"


def record(
    at_h: float, target: str, size: int, *, source: str = HOST, lasted_h: float = 0.01, **more: Any
) -> dict[str, Any]:
    """One way of one connection, so many hours after `START`."""
    first = START + timedelta(hours=at_h)
    times = {"first": first, "last": first + timedelta(hours=lasted_h)}
    return {
        "type": "FLOW",
        **{name: moment.isoformat(timespec="milliseconds").removesuffix("+00:00") for name, moment in times.items()},
        "in_packets": max(1, size // 1400),
        "in_bytes": size,
        "proto": 6,
        "src_port": 40_000,
        "dst_port": 443,
        "src4_addr": source,
        "dst4_addr": target,
        "ip4_router": "10.0.0.1",
        **more,
    }


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")
    return path
