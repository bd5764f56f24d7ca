"""What the guard did with one request, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple


class Action(StrEnum):
    """What happens to the request.

    `allow`: it goes on, with obligations perhaps. `throttle`: refused for now (429, with the seconds to wait).
    `challenge`: refused until the customer has shown who it is (403, with an address to go to). `block`: refused (403).
    """

    ALLOW = "allow"
    THROTTLE = "throttle"
    CHALLENGE = "challenge"
    BLOCK = "block"


DENIALS: Final = frozenset((Action.THROTTLE, Action.CHALLENGE, Action.BLOCK))


class Withhold(StrEnum):
    """What becomes of reasoning in the reply. `strip`: it is left out. `summarise`: a fixed note takes its place."""

    NO = "no"
    STRIP = "strip"
    SUMMARISE = "summarise"


class Exposed(StrEnum):
    """What becomes of a stream that begins to repeat withheld reasoning word for word in its answer. `report`: it goes
    on, and is reported. `stop`: it ends there, as one that a content filter has stopped.
    """

    REPORT = "report"
    STOP = "stop"


class Obligations(NamedTuple):
    """What whoever carries the request must change, in it or in its reply; 0 and empty = leave as it is."""

    strip_logprobs: bool = False
    strip_prompt_logprobs: bool = False
    """Those of what was sent, which tell a trainer how the model reads a text of the trainer's own."""
    max_logprobs: int = 0
    """The most alternatives at a token."""
    logprob_decimals: int = 0
    """Log-probabilities are rounded to so many."""
    strip_sampler: bool = False
    """What a client says about how tokens are drawn and marked, see `wire.wishes.SAMPLER_FIELDS`."""
    max_choices: int = 0
    max_tokens: int = 0
    withhold_reasoning: Withhold = Withhold.NO
    if_exposed: Exposed = Exposed.REPORT
    """Of withheld reasoning."""
    tags: tuple[str, ...] = ()
    """Cohorts, such as a watermark key or canaries, passed on to the engine."""
    route_to: str = ""
    """Another model to answer with."""


NO_OBLIGATIONS: Final = Obligations()


class Charge(NamedTuple):
    """What a decision takes from a budget; `guard.budgets` books it."""

    budget: int
    """Key of the budget, see `guard.budgets.budget_key`."""
    interval_s: float
    """Seconds that one unit is worth."""
    burst: int
    units: float = 1.0
    counts_tokens: bool = False
    """Booked when the reply's tokens are known; a request is refused only once the budget is spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer of `guard.decide`; compare `.action`, it has no truth value of its own."""

    action: Action
    obligations: Obligations = NO_OBLIGATIONS
    rule: str = ""
    """The rule that answered, else the last that matched; empty where none did."""
    reason: str = ""
    """For the customer: what happened and what to do, without a word on how it was noticed."""
    because: str = ""
    """For the operator: the surest standing behind it."""
    subject: str = ""
    """Id of the campaign, where one is behind it."""
    confidence: float = 0.0
    retry_after_s: float = 0.0
    challenge_url: str = ""
    charges: tuple[Charge, ...] = ()
    shadowed: Action | None = None
    """What would have happened, were the rule or the policy not in shadow mode."""
    observed: tuple[str, ...] = ()
    """All rules that matched, in order."""
    applied: tuple[str, ...] = ()
    """What of the obligations the customer is told: the responses of visible rules, such as `trim`."""
    policy_version: str = ""
    on_failure: str = "allow"
    """What the policy declares for a decision that cannot be made: allow or deny."""
    degraded: tuple[str, ...] = field(default=())
    """What was missing when this was decided, such as `body: partial`; each is counted."""
    id: str = ""
    """Given by whoever carries out a denial; an appeal names it."""

    def __bool__(self) -> bool:
        """Refuse: a decision is no yes or no.

        Raises:
            TypeError: Always.
        """
        raise TypeError("compare decision.action")
