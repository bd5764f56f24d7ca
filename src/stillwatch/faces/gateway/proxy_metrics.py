r"""What a proxy counts, in Prometheus' text format.

>>> counts = ProxyCounts()
>>> counts.add(Outcome(200, "whole", tokens=14))
>>> proxy_metrics(counts, open_connections=1, ended=0, turned_away=0).splitlines()[2]
'stillwatch_proxy_exchanges_total{ended="whole"} 1'
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stillwatch.faces.gateway.http_message import Asked


class Outcome(NamedTuple):
    """How an exchange ended."""

    status: int
    """0 = the client was gone before one was sent."""
    ended: str
    """`whole`, `denied`, `refused`, `engine failed`, `engine died` or `client left`."""
    tokens: int = 0
    is_exposed: bool = False
    """The answer began to repeat withheld reasoning."""
    left_out_unread: int = 0
    """Events that could not be read where something had to be withheld."""
    response_id: str = ""
    """That the reply bears."""
    asked: Asked | None = None
    """The request as it came; of one that went through unread, without its body."""


@dataclass(slots=True)
class ProxyCounts:
    ended: Counter[str] = field(default_factory=Counter)
    exposed: int = 0
    left_out_unread: int = 0
    faults: int = 0

    def add(self, outcome: Outcome) -> None:
        self.ended[outcome.ended] += 1
        self.exposed += outcome.is_exposed
        self.left_out_unread += outcome.left_out_unread


def proxy_metrics(counts: ProxyCounts, *, open_connections: int, ended: int, turned_away: int) -> str:
    """The text; `ended` and `turned_away` count connections that ran out of time, and that were too many."""
    exchanges = "stillwatch_proxy_exchanges_total"
    closed = "stillwatch_proxy_connections_closed_total"
    lines = [
        f"# HELP {exchanges} Exchanges through the reverse proxy, by how they ended.",
        f"# TYPE {exchanges} counter",
        *(f'{exchanges}{{ended="{name}"}} {number}' for name, number in sorted(counts.ended.items())),
        "# HELP stillwatch_proxy_exposed_total Answers that began to repeat withheld reasoning.",
        "# TYPE stillwatch_proxy_exposed_total counter",
        f"stillwatch_proxy_exposed_total {counts.exposed}",
        "# HELP stillwatch_proxy_left_out_total Events left out since they could not be read.",
        "# TYPE stillwatch_proxy_left_out_total counter",
        f"stillwatch_proxy_left_out_total {counts.left_out_unread}",
        "# HELP stillwatch_proxy_faults_total Requests that failed through a fault of the proxy.",
        "# TYPE stillwatch_proxy_faults_total counter",
        f"stillwatch_proxy_faults_total {counts.faults}",
        "# HELP stillwatch_proxy_connections_open Connections of clients that are open.",
        "# TYPE stillwatch_proxy_connections_open gauge",
        f"stillwatch_proxy_connections_open {open_connections}",
        f"# HELP {closed} Connections of clients that the proxy closed, by reason.",
        f"# TYPE {closed} counter",
        f'{closed}{{reason="too slow"}} {ended}',
        f'{closed}{{reason="too many"}} {turned_away}',
    ]
    return "\n".join(lines) + "\n"
