"""A plan of attribution that leaves nothing open, and changes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stillwatch.attribution.plan import Access, Plan, PlannedControl, PlannedTest

_PLAN = Plan(
    suspect="x-7b",
    access=Access.QUERIED,
    obtained="https://api.example.com/v1 „x“, temperature 1",
    probes_sha256="01" * 32,
    tokenizer_sha256="02" * 32,
    tests=(PlannedTest("global/2026-11-16", "03" * 32, "gumbel_siphash/1", "mode"),),
    served_sha256="",
    controls=(PlannedControl("x-base", "released before the epoch"),),
    alpha="0.01",
    stop_after_tokens=20_000,
    decoys=1_000,
    full_share_excess="0.9",
    code_version="0.1.0",
)


def plan(**changes: Any) -> Plan:
    return replace(_PLAN, **changes)
