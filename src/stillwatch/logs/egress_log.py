"""What left declared hosts, out of the flows that `flow_ingest` kept: by hour, by destination, in all.

with closing(EgressLog(read.files, DuckDbEngine(spill=folder, memory_bytes=1 << 30, threads=2))) as log:
    log.place([place_of(host, peer) for host, peer in log.peers()])
    log.hours(), log.destinations(most=1000), log.totals()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

from stillwatch.logs.flow_ingest import HOUR_NS, KEPT_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stillwatch.logs.engine import Engine

_STEPS: Final = ("flow_once", "flow_part", "flow_chosen")


class HourOut(NamedTuple):
    host_no: int
    hour_no: int
    """Since 1970 UTC."""
    place_no: int
    out_bytes: float
    variance: float
    """Of `out_bytes` as an estimate out of sampled packets; 0 where each packet was looked at."""


class DestinationOut(NamedTuple):
    host_no: int
    address: str
    place_no: int
    out_bytes: float
    variance: float
    in_bytes: float
    first_at: int
    """Nanoseconds since 1970 UTC, of what was sent."""
    last_at: int
    days: int
    """On which anything was sent."""
    flows: int


class TotalOut(NamedTuple):
    host_no: int
    place_no: int
    out_bytes: float
    variance: float
    in_bytes: float
    destinations: int


class EgressLog:
    """Holds an engine with the flows; close it when done."""

    def __init__(self, files: Sequence[Path], engine: Engine) -> None:
        self._engine = engine
        self._engine.attach("flows", [str(path) for path in files], KEPT_SCHEMA)
        for name in _STEPS:
            self._engine.define(name)
        self._peers = self._engine.run("flow_peer")

    def close(self) -> None:
        self._engine.close()

    def peers(self) -> list[tuple[int, str]]:
        """Numbers of hosts with the addresses that they spoke with."""
        return list(zip(*(self._peers.column(name).to_pylist() for name in ("host_no", "peer")), strict=True))

    def place(self, places: Sequence[int]) -> None:
        """Say where each of `peers` is, in their order: any numbers, which come back in what is asked next."""
        table = self._peers.append_column("place_no", pa.array(list(places), pa.int64()))
        self._engine.put("place", table)
        self._engine.put("hour", self._hours())

    def hours(self) -> list[HourOut]:
        """Hour by hour."""
        return [HourOut(*row.values()) for row in self._engine.run("egress_hour").to_pylist()]

    def destinations(self, most: int) -> list[DestinationOut]:
        """Of each host and place those that were sent most."""
        return [DestinationOut(*row.values()) for row in self._engine.run("egress_peer", {"most": most}).to_pylist()]

    def totals(self) -> list[TotalOut]:
        return [TotalOut(*row.values()) for row in self._engine.run("egress_total").to_pylist()]

    def duplicates(self) -> int:
        """Records that told again what another one had told."""
        return int(self._engine.run("flow_duplicate").to_pylist()[0]["duplicates"])

    def _hours(self) -> pa.Table:
        span = self._engine.run("flow_span").to_pylist()
        numbers = range(span[0]["first_at"] // HOUR_NS, span[0]["last_at"] // HOUR_NS + 1) if span else range(0)
        starts = pa.array([number * HOUR_NS for number in numbers], pa.int64())
        ends = pa.array([(number + 1) * HOUR_NS for number in numbers], pa.int64())
        return pa.table({"hour_no": pa.array(list(numbers), pa.int64()), "since_at": starts, "until_at": ends})
