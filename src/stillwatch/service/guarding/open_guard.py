"""Open a guard from its settings, for whoever stands in the request path: a server, or a plug-in in a foreign process.

    opened = open_guard(settings, clock=time.time, say=log.warning)
    opened.follow()
    decision = opened.guard.check(facts)

Without a policy that can be read nothing is opened: a guard that would let through whatever comes must not look like
one. From then on the files are followed by a thread, never on the request path: a newer policy or table of standings
holds within a second, and one that cannot be used leaves that of before in force and is told of.
"""

from __future__ import annotations

import secrets
import threading
import time
from typing import TYPE_CHECKING, Final

from stillwatch.guard.build_standings import build
from stillwatch.guard.decide import Guarded
from stillwatch.guard.guard import Guard
from stillwatch.guard.guard_memory import own_memory
from stillwatch.guard.standings import Standings
from stillwatch.service.attribution.read_deployed import DeployedFile
from stillwatch.service.attribution.served_register import ServedRegister
from stillwatch.service.evidence.state_watcher import StateWatcher
from stillwatch.service.guarding.clock_steps import ClockSteps
from stillwatch.service.guarding.decision_log import DecisionLog
from stillwatch.service.guarding.decision_traces import DecisionTraces, open_traces
from stillwatch.service.guarding.exchange_log import ExchangeLog
from stillwatch.service.guarding.follow_exemptions import ExemptionsFollower
from stillwatch.service.guarding.follow_policy import PolicyFollower, policy_at
from stillwatch.service.guarding.follow_standings import TablesFollower
from stillwatch.service.guarding.guard_metrics import GuardMetrics, Sample, log_samples
from stillwatch.service.guarding.guard_state import GuardState
from stillwatch.service.guarding.segments import Segments
from stillwatch.service.guarding.state_samples import state_samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.guard.guard_memory import GuardMemory
    from stillwatch.guard.several_standings import StandingsTable
    from stillwatch.service.guarding.guard_settings import GuardSettings

_EVERY_S: Final = 0.2
_ID_BYTES: Final = 12
_SEED_BITS: Final = 63


class OpenGuard:
    """A guard with what it decides by, and the thread that keeps it up to date."""

    def __init__(  # noqa: PLR0913  # opened from all of these in one place
        self,
        guard: Guard,
        settings: GuardSettings,
        *,
        state: GuardState | None,
        decisions: DecisionLog | None,
        exchanges: ExchangeLog | None,
        served: ServedRegister | None,
        traces: DecisionTraces | None,
        metrics: GuardMetrics,
        clock: Callable[[], float],
        say: Callable[[str], None],
        watcher: StateWatcher | None = None,
        moves_budgets: bool = True,
    ) -> None:
        self.guard = guard
        self._moves_budgets = moves_budgets
        self._watcher = watcher
        self.settings = settings
        self.state = state
        self.decisions = decisions
        self.exchanges = exchanges
        self.served = served
        self._traces = traces
        self.metrics = metrics
        self._clock = clock
        self._policy = PolicyFollower(settings.policy)
        self._standings = TablesFollower(settings.standings)
        self._exemptions = ExemptionsFollower(settings.state) if settings.state is not None else None
        self._steps = ClockSteps(clock)
        self._say = say
        self._said: tuple[str, ...] = ()
        self._fault = ""
        self._is_over = False
        self._looks = threading.Event()
        """Set where the thread is to look, or to end, before its time."""
        self._thread: threading.Thread | None = None
        metrics.ask(self._samples)

    def follow(self, look_up_in: Callable[[StandingsTable], None] | None = None, *, every_s: float = _EVERY_S) -> None:
        """Look at the files now, and again and again from a thread.

        Args:
            look_up_in: Given each newer table; the guard's own way where None.
            every_s: Between two looks.
        """
        take = look_up_in or self.guard.look_up_in
        self._look(take)
        if self.state is not None:
            self.state.start()
        self._thread = threading.Thread(target=self._go_on, args=(take, every_s), name="stillwatch-files", daemon=True)
        self._thread.start()

    def trouble(self) -> tuple[str, ...]:
        """What is the matter with the files as they are now; nothing if all is well."""
        exemptions = self._exemptions.trouble if self._exemptions else ""
        noting = self._watcher.trouble if self._watcher else ""
        serving = self.served.trouble if self.served else ""
        found = (self._policy.trouble, *self._standings.trouble(), exemptions, noting, serving, self._fault)
        return tuple(filter(None, found))

    def look_now(self) -> None:
        """Look at once, and say again what is the matter, as a person has asked for it."""
        self._said = ()
        self._looks.set()

    def hurry(self) -> None:
        """Write the logs, and from now on each entry at once: the process is about to end, and may not say when."""
        for log in (self.decisions, self.exchanges, self.served):
            if log is not None:
                log.lines.hurry()

    def close(self) -> None:
        """Look no more, and write down what waits; a second time there is nothing left to do."""
        if self._is_over:
            return
        self._is_over = True
        self._looks.set()
        if self._thread is not None:
            self._thread.join()
        if self.state is not None:
            self.state.close()
        if self._watcher is not None:
            self._watcher.close()
        for log in (self.decisions, self.exchanges, self.served):
            if log is not None:
                log.close()
        if self._traces is not None:
            self._traces.close()

    def _samples(self) -> Iterator[Sample]:
        """What a scrape is told beside the counts of decisions."""
        policy, standings = self.guard.guarded.policy, self.guard.guarded.standings
        yield Sample("stillwatch_policy_info", 1, (("version", policy.version), ("mode", policy.mode)))
        yield Sample("stillwatch_standings_rows", standings.rows)
        if standings.published_at:
            yield Sample("stillwatch_standings_age_seconds", max(0.0, self._clock() - standings.published_at))
        if self.settings.standings:
            yield Sample("stillwatch_standings_loaded_total", self._standings.loaded)
            yield Sample("stillwatch_standings_refused_total", self._standings.refused)
        yield Sample("stillwatch_file_trouble", int(bool(self.trouble())))
        yield Sample("stillwatch_budgets_displaced_total", self.guard.guarded.budgets.displaced)
        if self.state is not None:
            yield from state_samples(self.state.counts())
        if self.decisions is not None:
            yield from log_samples("decisions", self.decisions.lines.counts)
        if self.exchanges is not None:
            yield from log_samples("exchanges", self.exchanges.lines.counts)
        if self.served is not None:
            yield from log_samples("served", self.served.lines.counts)

    def _go_on(self, take: Callable[[StandingsTable], None], every_s: float) -> None:
        while True:
            self._looks.wait(every_s)
            self._looks.clear()
            if self._is_over:
                return
            self._look(take)

    def _look(self, take: Callable[[StandingsTable], None]) -> None:
        try:
            if self._moves_budgets and (step_s := self._steps.look()):
                self.guard.guarded.budgets.shift(step_s)
                self._say(f"the clock was set by {step_s:+.1f} s; budgets were moved with it")
            if (policy := self._policy.look()) is not None:
                self.guard.follow(policy)
                if self.state is not None:
                    self.state.follow(policy)
                self._say(f"policy {policy.version} is in force, mode {policy.mode}")
            if (standings := self._standings.look()) is not None:
                take(standings)
            if self._exemptions is not None and (exemptions := self._exemptions.look()) is not None:
                self.guard.spare(exemptions)
            if self._watcher is not None:
                self._watcher.look()
            self._fault = ""
        except Exception as error:  # noqa: BLE001  # a thread that died would leave old files in force in silence
            self._fault = f"the files cannot be followed: {type(error).__name__}: {error}"
        trouble = self.trouble()
        for one in trouble:
            if one not in self._said:
                is_file = self._watcher is None or one != self._watcher.trouble
                self._say(f"{one}; what was read before stays in force" if is_file else one)
        self._said = trouble


def open_guard(
    settings: GuardSettings,
    *,
    clock: Callable[[], float],
    say: Callable[[str], None],
    on_decision: Callable[[RequestFacts, Decision], None] | None = None,
    memory: GuardMemory | None = None,
) -> OpenGuard:
    """Open it; nothing is followed yet.

    Args:
        settings: Of the guard.
        clock: Seconds since 1970 UTC.
        say: Told, in a sentence, of each policy that comes into force and of each file that cannot be used.
        on_decision: Told of each decision; must be quick and must not raise.
        memory: That of a server of several workers; its own where None.

    Raises:
        InputError: The policy cannot be read or is no TOML, or the state is none.
        SettingsError: It is no policy, or the state cannot be opened.
    """
    policy = policy_at(settings.policy)
    memory = memory or own_memory()
    state = GuardState(settings.state, memory.budgets, clock=clock) if settings.state is not None else None
    metrics = GuardMetrics()
    decisions = (
        DecisionLog(Segments(settings.decisions, "decisions", clock=clock, is_durable=False))
        if settings.decisions is not None
        else None
    )
    exchanges = ExchangeLog(Segments(settings.exchanges, "exchanges", clock=clock)) if settings.exchanges else None
    served = _served(settings, clock)
    traces = open_traces(settings.traces) if settings.traces else None
    told = (
        *(metrics.note, state.note if state else None, decisions.note if decisions else None),
        *(traces.note if traces else None, on_decision),
    )
    listeners = tuple(one for one in told if one is not None)
    guard = Guard(
        Guarded(policy, Standings(build([], seed=secrets.randbits(_SEED_BITS))), memory.budgets),
        new_id=lambda: f"d-{secrets.token_urlsafe(_ID_BYTES)}",
        on_decision=_told(listeners),
        bonds=memory.bonds,
    )
    return OpenGuard(
        guard,
        settings,
        state=state,
        decisions=decisions,
        exchanges=exchanges,
        served=served,
        traces=traces,
        metrics=metrics,
        clock=clock,
        say=say,
        watcher=_watcher(settings),
        moves_budgets=memory.moves_budgets,
    )


def _served(settings: GuardSettings, clock: Callable[[], float]) -> ServedRegister | None:
    if settings.served is None or settings.deployed is None:
        return None
    return ServedRegister(Segments(settings.served, "served", clock=clock), DeployedFile(settings.deployed))


def _watcher(settings: GuardSettings) -> StateWatcher | None:
    if settings.evidence is None or settings.state is None:
        return None
    return StateWatcher(settings.evidence, settings.state, clock=time.monotonic)


def _told(
    listeners: tuple[Callable[[RequestFacts, Decision], None], ...],
) -> Callable[[RequestFacts, Decision], None] | None:
    """One listener for all of them."""
    if len(listeners) < 2:
        return listeners[0] if listeners else None

    def tell(facts: RequestFacts, decision: Decision) -> None:
        for listener in listeners:
            listener(facts, decision)

    return tell
