"""What every plug-in point over HTTP holds in hand: the guard, and how requests are read for it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.request_facts import RequestFacts
from stillwatch.guard.read_request import facts_of, facts_of_body
from stillwatch.guard.template_keys import TemplateKeys
from stillwatch.service.guarding.exchange_log import Exchanged

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from stillwatch.core.decision import Decision
    from stillwatch.core.identity import Identity
    from stillwatch.faces.gateway.http_message import Asked
    from stillwatch.guard.guard import Guard
    from stillwatch.guard.several_standings import StandingsTable
    from stillwatch.service.guarding.open_guard import OpenGuard


class Checked(NamedTuple):
    facts: RequestFacts
    decision: Decision


@dataclass(slots=True, kw_only=True)
class GuardPoint:
    guard: Guard
    identity: Identity
    clock: Callable[[], float]
    """Seconds since 1970 UTC."""
    templates: TemplateKeys | None = None
    """Of the standings that are looked up in; replaced with them."""
    took: Callable[[float], None] | None = None
    """Told of the seconds that a decision took, reading the request included."""
    on_exchange: Callable[[Exchanged], None] | None = None
    """Told of each exchange when it is over, where the point sees that; must be quick and must not raise."""

    def look_up_in(self, standings: StandingsTable) -> None:
        """Decide by other standings from now on; keys of prompts are made as they need them."""
        kinds = standings.template_kinds
        before = self.templates
        if not kinds:
            self.templates = None
        elif before is None or (before.salt, before.kinds) != (standings.salt, kinds):
            self.templates = TemplateKeys(standings.salt, kinds)
        self.guard.look_up_in(standings)

    def check_http(self, asked: Asked, path: str, request_id: str, *, is_whole: bool) -> Decision:
        """Decide about a request that is asked about in its own headers and body, or what there is of them."""
        return self.checked(asked, path, request_id, is_whole=is_whole).decision

    def checked(self, asked: Asked, path: str, request_id: str, *, is_whole: bool) -> Checked:
        """The same, with what the decision rests on."""
        if self.took is None:
            return self._checked(asked, path, request_id, is_whole=is_whole)
        began = time.perf_counter()
        checked = self._checked(asked, path, request_id, is_whole=is_whole)
        self.took(time.perf_counter() - began)
        return checked

    def _checked(self, asked: Asked, path: str, request_id: str, *, is_whole: bool) -> Checked:
        at = self.clock()
        try:
            facts = facts_of(
                request_id=request_id,
                at=at,
                path=path,
                headers=asked.headers,
                peer=asked.peer,
                body=asked.body or None,
                is_whole=is_whole,
                identity=self.identity,
                templates=self.templates,
            )
        except Exception as error:  # noqa: BLE001  # no request may be lost to a fault of ours
            facts = RequestFacts(request_id, at, path=path)
            return Checked(facts, self.guard.fail(facts, type(error).__name__))
        return Checked(facts, self.guard.check(facts))

    def over(self, checked: Checked, asked: Asked, status: int, tokens: int = 0, response_id: str = "") -> None:
        """Tell of an exchange that is over; `status` 0 = nobody has told us."""
        if self.on_exchange is not None:
            facts, decision = checked
            over_at = self.clock()
            self.on_exchange(
                Exchanged(facts, decision, asked.headers, asked.body, status, over_at, tokens, response_id)
            )

    def check_body(self, facts: RequestFacts, body: dict[str, Any]) -> Decision:
        """Decide about a request whose body comes decoded, inside of something else."""
        try:
            facts = facts_of_body(facts, body, identity=self.identity, templates=self.templates)
        except Exception as error:  # noqa: BLE001  # no request may be lost to a fault of ours
            return self.guard.fail(facts, type(error).__name__)
        return self.guard.check(facts)


def point_of(opened: OpenGuard) -> GuardPoint:
    """The point of a guard that was opened from settings."""
    return GuardPoint(
        guard=opened.guard,
        identity=opened.settings.identity,
        clock=time.time,
        took=opened.metrics.took,
        on_exchange=_taken_by(opened),
    )


def _taken_by(opened: OpenGuard) -> Callable[[Exchanged], None] | None:
    """One listener for the exchange log and the register of what was served."""
    notes = tuple(one.note for one in (opened.exchanges, opened.served) if one is not None)
    if len(notes) < 2:
        return notes[0] if notes else None

    def note(exchanged: Exchanged) -> None:
        for one in notes:
            one(exchanged)

    return note
