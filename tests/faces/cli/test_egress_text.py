from __future__ import annotations

from egress_watches import finding, watch
from stillwatch.core.egress import EgressWeight
from stillwatch.faces.cli.egress_text import egress_lines


def test_findings_then_hosts_then_the_log() -> None:
    lines = egress_lines(watch(finding(p_value=0.0012), finding(EgressWeight.LOOK), faults=("cut",)))
    assert lines == [
        "over  vault-1: 30 GiB left on 2026-03-02; 20 GiB a day are declared (p = 0.001)",
        "look  vault-1: 30 GiB left on 2026-03-02; 20 GiB a day are declared",
        "host  vault-1: 60 GiB left, 6 GiB of it to destinations that are not declared",
        "      its budget lets 400 GiB of weights leave in 20.0 days",
        (
            "log   1,000 records, 2026-03-01 to 2026-03-04; 100 of these hosts, 3 told twice, 2 refused on the way, "
            "4 silent hours"
        ),
        "note  the logs show one way only of vault-1",
        "incomplete: cut",
    ]


def test_of_many_the_first_are_shown() -> None:
    lines = egress_lines(watch(*[finding()] * 25))
    assert (len([line for line in lines if line.startswith("over")]), lines[20]) == (
        20,
        "      and 5 more; --json names all",
    )
    assert egress_lines(watch())[0] == "nothing left a declared host against its declaration"
