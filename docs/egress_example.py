"""Write the flow log that docs/how-to/watch-egress.md shows: sixty days of a host with weights, and a slow leak.

python docs/egress_example.py flows.json.gz
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_START = datetime(2026, 3, 1)  # noqa: DTZ001  # nfdump writes times without a zone
_DAYS = 60
_CLIENTS_A_DAY = 300
_VAULT = "10.0.3.7"


def write_flows(path: Path) -> None:
    """Replies to clients, nightly copies, one large copy, and from the tenth day on 2 GiB a day to a stranger."""
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for record in _records(random.Random(7)):
            file.write(json.dumps(record) + "\n")


def _records(draw: random.Random) -> Iterator[dict[str, Any]]:
    for day in range(_DAYS):
        midnight = _START + timedelta(days=day)
        for _ in range(_CLIENTS_A_DAY):
            at = midnight + timedelta(seconds=draw.uniform(0, 86_000))
            client, port = f"10.20.{draw.randrange(8)}.{draw.randrange(250)}", draw.randrange(30_000, 60_000)
            size = int(draw.lognormvariate(13, 1.5))
            yield _flow(at, (_VAULT, 443), (client, port), size)
            yield _flow(at, (client, port), (_VAULT, 443), size // 9 + 60)
            yield _flow(at, (f"10.0.9.{draw.randrange(250)}", port), (f"203.0.113.{draw.randrange(250)}", 443), 9000)
        night = midnight + timedelta(hours=3)
        yield _flow(night, (_VAULT, 40_000), ("10.9.0.4", 873), int(draw.gauss(6e9, 3e8)), lasted_h=1.5)
        yield _flow(night, ("10.9.0.4", 873), (_VAULT, 40_000), 90_000_000, lasted_h=1.5)
        for hour in range(24 if day >= 9 else 0):
            at = midnight + timedelta(hours=hour, minutes=draw.uniform(0, 50))
            leak = ("198.51.100.23", 443)
            yield _flow(at, (_VAULT, draw.randrange(30_000, 60_000)), leak, int(draw.gauss(1e8, 1e7)))
        if day == 41:
            late = midnight + timedelta(hours=23)
            yield _flow(late, (_VAULT, 40_001), ("10.9.0.5", 22), 30_000_000_000, lasted_h=2)


def _flow(
    at: datetime, source: tuple[str, int], target: tuple[str, int], size: int, *, lasted_h: float = 0.01
) -> dict[str, Any]:
    return {
        "type": "FLOW",
        "sampled": 0,
        "first": at.isoformat(timespec="milliseconds"),
        "last": (at + timedelta(hours=lasted_h)).isoformat(timespec="milliseconds"),
        "in_packets": size // 1400 + 1,
        "in_bytes": size,
        "proto": 6,
        "src_port": source[1],
        "dst_port": target[1],
        "src4_addr": source[0],
        "dst4_addr": target[0],
        "ip4_router": "10.0.0.1",
    }


if __name__ == "__main__":
    write_flows(Path(sys.argv[1]))
