from __future__ import annotations

from stillwatch.faces.gateway.proxy_metrics import Outcome, ProxyCounts, proxy_metrics


def test_every_figure_has_its_kind_and_its_help() -> None:
    counts = ProxyCounts(faults=5)
    for outcome in (Outcome(200, "whole", 7), Outcome(200, "whole", 7, is_exposed=True), Outcome(0, "client left")):
        counts.add(outcome)
    counts.add(Outcome(200, "engine died", left_out_unread=3))
    text = proxy_metrics(counts, open_connections=2, ended=8, turned_away=9)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines == [
        'stillwatch_proxy_exchanges_total{ended="client left"} 1',
        'stillwatch_proxy_exchanges_total{ended="engine died"} 1',
        'stillwatch_proxy_exchanges_total{ended="whole"} 2',
        "stillwatch_proxy_exposed_total 1",
        "stillwatch_proxy_left_out_total 3",
        "stillwatch_proxy_faults_total 5",
        "stillwatch_proxy_connections_open 2",
        'stillwatch_proxy_connections_closed_total{reason="too slow"} 8',
        'stillwatch_proxy_connections_closed_total{reason="too many"} 9',
    ]
    for name in {line.split("{")[0].split()[0] for line in lines}:
        assert f"# TYPE {name} " in text
        assert f"# HELP {name} " in text
