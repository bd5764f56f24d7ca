"""Watch what leaves the hosts on which weights lie, out of flow logs that were kept anyway.

    watch = watch_egress(Path("egress.toml"), [Path("flows.json.gz")], Path("out"), at=datetime.now(UTC))
    [one.because for one in watch.findings if one.weight is EgressWeight.OVER]

Reading goes on where an earlier run was ended; see `logs.flow_ingest`.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from stillwatch.core.egress import EgressWatch, EgressWeight
from stillwatch.core.version import VERSION
from stillwatch.evidence.egress_budget import read_egress_budget
from stillwatch.evidence.egress_places import Places
from stillwatch.evidence.judge_egress import judge_egress, questions_of
from stillwatch.logs.egress_log import EgressLog
from stillwatch.logs.files import expand
from stillwatch.logs.flow_addresses import AddressBook
from stillwatch.logs.flow_ingest import read_flows
from stillwatch.logs.store import work_prefix
from stillwatch.logs.toml_file import load_toml
from stillwatch.service.evidence.egress_coverage import caveats_of, coverage_of, faults_of
from stillwatch.service.evidence.egress_hosts import AddedUp, host_of, seen_of
from stillwatch.service.open_engine import open_engine
from stillwatch.service.settings import ON_DUCKDB

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from stillwatch.core.egress import EgressBudget, EgressFinding
    from stillwatch.logs.flow_ingest import FlowsRead

FLOWS: Final = "flows"
_MEMORY_BYTES: Final = 1 << 30
_MOST_DESTINATIONS: Final = 1000
"""Of each host, allowed and not each; what else there is counts in the sums."""


def watch_egress(
    budget_file: Path,
    logs: Sequence[str],
    out: Path,
    *,
    at: datetime,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> EgressWatch:
    """Hold what left the hosts of a declaration against it.

    Args:
        budget_file: The declaration, TOML.
        logs: Flow logs: files, folders, patterns.
        out: Keeps the flows of the hosts.
        at: Now.
        progress: Told of stage, done, and how much there is (0: nobody knows).

    Raises:
        InputError: The declaration or a log cannot be read.
    """
    budget = read_egress_budget(load_toml(budget_file))
    networks = [(address, number) for number, host in enumerate(budget.hosts) for address in host.addresses]
    digest = hashlib.sha256(repr(networks).encode()).hexdigest()
    read = read_flows(expand(logs), AddressBook(networks), out / FLOWS, hosts_digest=digest, progress=progress)
    progress("adding up", 0, 0)
    with TemporaryDirectory(dir=out, prefix=work_prefix()) as spill:
        found = _added_up(read, budget, Path(spill))
    seen = [seen_of(number, host, found, read) for number, host in enumerate(budget.hosts)]
    tests = sum(questions_of(one) for one in seen)
    findings = [finding for one in seen for finding in judge_egress(one, tests=tests)]
    return EgressWatch(
        watched_at=at,
        version=VERSION,
        hosts=tuple(host_of(number, one, found) for number, one in enumerate(seen)),
        findings=tuple(sorted(findings, key=_weightiest_first)),
        coverage=coverage_of(read, found.duplicates),
        faults=(*read.faults, *faults_of(read)),
        caveats=(*read.notes, *caveats_of(found, seen)),
    )


def _added_up(read: FlowsRead, budget: EgressBudget, spill: Path) -> AddedUp:
    places = Places(budget)
    with closing(EgressLog(read.files, open_engine(ON_DUCKDB, spill=spill, memory_bytes=_MEMORY_BYTES))) as log:
        log.place([places.of(host, peer) for host, peer in log.peers()])
        return AddedUp(log.hours(), log.destinations(_MOST_DESTINATIONS), log.totals(), log.duplicates())


def _weightiest_first(finding: EgressFinding) -> tuple[bool, int]:
    return finding.weight is not EgressWeight.OVER, -finding.moved_bytes
