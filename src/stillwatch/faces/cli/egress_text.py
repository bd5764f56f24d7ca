"""An egress watch for people at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.egress import EgressWeight
from stillwatch.evidence.size_in_words import size_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.core.egress import EgressFinding, EgressWatch, HostEgress

_MOST_SHOWN: Final = 20


def egress_lines(watch: EgressWatch) -> list[str]:
    """Findings first, then each host, then what the logs hold."""
    lines = []
    for weight in EgressWeight:
        found = [one for one in watch.findings if one.weight is weight]
        lines += [_finding(one) for one in found[:_MOST_SHOWN]]
        if len(found) > _MOST_SHOWN:
            lines.append(f"      and {len(found) - _MOST_SHOWN:,} more; --json names all")
    if not watch.findings:
        lines.append("nothing left a declared host against its declaration")
    for host in watch.hosts:
        lines += _host(host)
    held = watch.coverage
    span = f", {held.first_at:%Y-%m-%d} to {held.last_at:%Y-%m-%d}" if held.first_at and held.last_at else ""
    told = f"{held.records:,} records{span}; {held.kept:,} of these hosts, {held.duplicates:,} told twice"
    lines.append(f"log   {told}, {held.dropped:,} refused on the way, {held.silent_hours:,} silent hours")
    lines += [f"note  {one}" for one in watch.caveats]
    lines += [f"incomplete: {one}" for one in watch.faults]
    return ["".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line) for line in lines]


def _finding(one: EgressFinding) -> str:
    chance = f" (p = {one.p_value:.1g})" if one.p_value is not None else ""
    return f"{one.weight:<5} {one.host}: {one.because}{chance}"


def _host(one: HostEgress) -> Iterator[str]:
    error = f" ± {size_in_words(one.error_bytes)}" if one.error_bytes else ""
    other = f"{size_in_words(one.other_bytes)} of it to destinations that are not declared"
    yield f"host  {one.budget.name}: {size_in_words(one.out_bytes)}{error} left, {other}"
    if one.days_to_leave is not None:
        weights = size_in_words(one.budget.weights_bytes)
        yield f"      its budget lets {weights} of weights leave in {one.days_to_leave:,.1f} days"
