r"""What a guard has done, in Prometheus' text format: sums alone, and no label names a customer.

>>> from stillwatch.core.decision import Action, Decision
>>> from stillwatch.core.request_facts import RequestFacts
>>> metrics = GuardMetrics()
>>> metrics.note(RequestFacts("r-1", 0.0), Decision(action=Action.BLOCK, rule="operators"))
>>> metrics.text().splitlines()[2]
'stillwatch_decisions_total{action="block",reason="operators",mode="enforce"} 1'

Written here and not by prometheus_client, whose counters take a lock and copy labels at each step: a decision costs
less than one of them. `mode` is `shadow` where the action is what would have happened; each decision counts once. Rules
name the reasons, so that a policy bounds the number of series.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.decision import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.service.guarding.line_log import LineCounts

_BOUNDS_S: Final = (
    *(5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4),
    *(1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 1e-1),
)
"""Upper ends of the buckets of `stillwatch_decision_seconds`."""
_HELP: Final = {
    "stillwatch_decisions_total": ("counter", "Decisions by what happened, the rule that said so, and its mode."),
    "stillwatch_decision_seconds": ("histogram", "Time that a decision took, from the request as read."),
    "stillwatch_fail_open_total": ("counter", "Requests let through because they could not be decided on."),
    "stillwatch_fail_closed_total": ("counter", "Requests denied because they could not be decided on."),
    "stillwatch_degraded_total": ("counter", "Decisions made without something, by what was missing."),
    "stillwatch_standings_rows": ("gauge", "Rows of the table that is decided by."),
    "stillwatch_standings_age_seconds": ("gauge", "Time since that table was published."),
    "stillwatch_standings_loaded_total": ("counter", "Tables taken over."),
    "stillwatch_standings_refused_total": ("counter", "Tables that could not be used."),
    "stillwatch_file_trouble": ("gauge", "1 while a followed file cannot be used as it lies there."),
    "stillwatch_policy_info": ("gauge", "1; its labels name the policy in force."),
    "stillwatch_budgets_displaced_total": ("counter", "Budgets that lost their place to another one."),
    "stillwatch_state_records_total": ("counter", "Denials and covert acts for the state, by what became of them."),
    "stillwatch_state_failed_commits_total": ("counter", "Transactions on the state that failed; tried again."),
    "stillwatch_state_degraded": ("gauge", "1 while the state cannot be written."),
    "stillwatch_sync_exchanges_total": ("counter", "Exchanges with the server that guards share, by their end."),
    "stillwatch_sync_dropped_total": ("counter", "Bookings that other guards were not told of."),
    "stillwatch_sync_degraded": ("gauge", "1 while that server cannot be reached."),
    "stillwatch_log_lines_total": ("counter", "Lines of the guard's own logs, by log and by what became of them."),
}


class Sample(NamedTuple):
    name: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


class GuardMetrics:
    """Counts; `note` is for the request path, the rest for whoever scrapes."""

    def __init__(self) -> None:
        self._plain = 0
        """Requests of which nothing is known, most of all; counted apart since that costs a tenth."""
        self._decisions: dict[tuple[str, str, str], int] = {}
        self._degraded: dict[str, int] = {}
        self._fail_open = 0
        self._fail_closed = 0
        self._buckets = [0] * (len(_BOUNDS_S) + 1)
        self._seconds = 0.0
        self._sources: list[Callable[[], Iterable[Sample]]] = []

    def note(self, facts: RequestFacts, decision: Decision) -> None:
        """Count a decision."""
        del facts
        if not decision.rule and not decision.subject and not decision.degraded and decision.action is Action.ALLOW:
            self._plain += 1
            return
        action, mode = decision.action, "enforce"
        if decision.shadowed is not None and action is Action.ALLOW:
            action, mode = decision.shadowed, "shadow"
        key = (action, _reason(decision), mode)
        self._decisions[key] = self._decisions.get(key, 0) + 1
        for what in decision.degraded:
            self._degraded[what] = self._degraded.get(what, 0) + 1
            if what.startswith("failed"):
                if decision.action is Action.ALLOW:
                    self._fail_open += 1
                else:
                    self._fail_closed += 1

    def took(self, seconds: float) -> None:
        """Count the time that a decision took."""
        self._buckets[bisect_left(_BOUNDS_S, seconds)] += 1
        self._seconds += seconds

    def ask(self, source: Callable[[], Iterable[Sample]]) -> None:
        """Add what is known elsewhere; asked at each scrape."""
        self._sources.append(source)

    def text(self) -> str:
        plain = {("allow", "none", "enforce"): self._plain} if self._plain else {}
        decisions = self._decisions | {key: count + self._decisions.get(key, 0) for key, count in plain.items()}
        samples = [
            *(
                Sample("stillwatch_decisions_total", count, (("action", key[0]), ("reason", key[1]), ("mode", key[2])))
                for key, count in sorted(decisions.items())
            ),
            *self._histogram(),
            Sample("stillwatch_fail_open_total", self._fail_open),
            Sample("stillwatch_fail_closed_total", self._fail_closed),
            *(
                Sample("stillwatch_degraded_total", count, (("missing", what),))
                for what, count in sorted(self._degraded.items())
            ),
            *(sample for source in self._sources for sample in source()),
        ]
        return "".join(_lines(samples))

    def _histogram(self) -> list[Sample]:
        name, sums, count = "stillwatch_decision_seconds", [], 0
        for bound, inside in zip((*_BOUNDS_S, float("inf")), self._buckets, strict=True):
            count += inside
            sums.append(Sample(f"{name}_bucket", count, (("le", "+Inf" if bound == float("inf") else f"{bound:g}"),)))
        return [*sums, Sample(f"{name}_sum", self._seconds), Sample(f"{name}_count", count)]


def log_samples(log: str, counts: LineCounts) -> Iterable[Sample]:
    """What became of the lines of one of the guard's own logs."""
    for fate in ("written", "dropped", "failed"):
        yield Sample("stillwatch_log_lines_total", getattr(counts, fate), (("log", log), ("fate", fate)))


def metric_names() -> tuple[str, ...]:
    """Every metric that a guard may tell of."""
    return tuple(_HELP)


def _reason(decision: Decision) -> str:
    if decision.rule:
        return decision.rule
    if any(what.startswith("failed") for what in decision.degraded):
        return "failed"
    return "exempt" if decision.subject else "none"


def _lines(samples: list[Sample]) -> Iterable[str]:
    told = set[str]()
    for sample in samples:
        family = sample.name
        for ending in ("_bucket", "_sum", "_count"):
            family = family.removesuffix(ending) if family.removesuffix(ending) in _HELP else family
        if family not in told:
            told.add(family)
            kind, words = _HELP[family]
            yield f"# HELP {family} {words}\n# TYPE {family} {kind}\n"
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels)
        named = f"{sample.name}{{{labels}}}" if labels else sample.name
        yield f"{named} {_number(sample.value)}\n"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.9g}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
