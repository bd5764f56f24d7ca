from __future__ import annotations

from stillwatch.faces.gateway.connection import ServerCounts
from stillwatch.faces.gateway.server_metrics import server_metrics


def test_every_figure_has_its_kind_and_its_help() -> None:
    text = server_metrics(ServerCounts(requests=7, connections=3, refused={"slow": 1, "cut": 2}), 2)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines == [
        "stillwatch_http_requests_total 7",
        "stillwatch_connections_total 3",
        "stillwatch_connections_open 2",
        'stillwatch_refused_total{reason="slow"} 1',
        'stillwatch_refused_total{reason="cut"} 2',
    ]
    for name in {line.split("{")[0].split()[0] for line in lines}:
        assert f"# TYPE {name} " in text
        assert f"# HELP {name} " in text
    assert text.endswith("\n")
