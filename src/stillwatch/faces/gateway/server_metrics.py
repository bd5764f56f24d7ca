r"""What a server counts, in Prometheus' text format.

>>> from stillwatch.faces.gateway.connection import ServerCounts
>>> counts = ServerCounts(requests=3, connections=2, refused={"slow": 1})
>>> server_metrics(counts, open_connections=1).splitlines()[-1]
'stillwatch_refused_total{reason="slow"} 1'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.faces.gateway.connection import ServerCounts


def server_metrics(counts: ServerCounts, open_connections: int) -> str:
    lines = [
        "# HELP stillwatch_http_requests_total Requests that were answered.",
        "# TYPE stillwatch_http_requests_total counter",
        f"stillwatch_http_requests_total {counts.requests}",
        "# HELP stillwatch_connections_total Connections that were made.",
        "# TYPE stillwatch_connections_total counter",
        f"stillwatch_connections_total {counts.connections}",
        "# HELP stillwatch_connections_open Connections that are open.",
        "# TYPE stillwatch_connections_open gauge",
        f"stillwatch_connections_open {open_connections}",
        "# HELP stillwatch_refused_total What was refused, cut or failed before the guard decided, by reason.",
        "# TYPE stillwatch_refused_total counter",
        *(f'stillwatch_refused_total{{reason="{reason}"}} {number}' for reason, number in counts.refused.items()),
    ]
    return "\n".join(lines) + "\n"
