"""What the operator has decided to do about whom; read from a file by `guard.read_policy`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import NO_OBLIGATIONS, Obligations

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.key_standing import Role
    from stillwatch.core.request_facts import Foreign


class Mode(StrEnum):
    """`shadow`: a decision is made, counted and logged, and the request goes on unchanged. `enforce`: it is carried
    out.
    """

    SHADOW = "shadow"
    ENFORCE = "enforce"


class OnFailure(StrEnum):
    """What becomes of a request that cannot be decided on."""

    ALLOW = "allow"
    DENY = "deny"


class Response(StrEnum):
    """The ladder, from the mildest. `allow`: an exemption; no later rule is asked. `observe`: counted and logged.
    `tag`: marked for a cohort. `trim`: log-probabilities left out or coarsened, choices and tokens
    capped, the sampler left alone. `withhold_reasoning`:
    reasoning left out of the reply. `route`: answered by another model. `throttle`: 429 beyond a budget. `challenge`:
    403 until the customer has shown who it is. `block`: 403.
    """

    ALLOW = "allow"
    OBSERVE = "observe"
    TAG = "tag"
    TRIM = "trim"
    WITHHOLD_REASONING = "withhold_reasoning"
    ROUTE = "route"
    THROTTLE = "throttle"
    CHALLENGE = "challenge"
    BLOCK = "block"


DENYING: Final = frozenset((Response.THROTTLE, Response.CHALLENGE, Response.BLOCK))


class Wants(StrEnum):
    """What a request asks for beyond an answer. `logprobs`: log-probabilities. `prompt_logprobs`: those of what it
    sends. `biased_logprobs`: log-probabilities and a bias on tokens, together. `sampler`: to say how tokens are drawn
    or marked. `reasoning`: that reasoning is shown. `several_choices`: more than one answer.
    """

    LOGPROBS = "logprobs"
    PROMPT_LOGPROBS = "prompt_logprobs"
    BIASED_LOGPROBS = "biased_logprobs"
    SAMPLER = "sampler"
    REASONING = "reasoning"
    SEVERAL_CHOICES = "several_choices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """So many requests or tokens in a minute, and a burst of them at once (GCRA)."""

    per: str
    """`campaign` (one budget for all accounts of an operator), or one of the key names of `core.request_facts`."""
    interval_s: float
    """Seconds that one unit is worth: 60 / units a minute."""
    burst: int
    counts_tokens: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Covert:
    """Who answers for a response that the customer cannot see."""

    requested_by: str
    approved_by: str
    """Another person than the one who asked."""
    expires_at: datetime
    why: str
    exempts: tuple[str, ...]
    """Organisations that evaluate the model; never covertly answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    name: str
    respond: Response
    mode: Mode
    roles: frozenset[Role] = frozenset()
    """Empty: the rule looks at the request alone."""
    names: frozenset[int] = frozenset()
    """By which keys the standing must be known; `KeyName.TEMPLATE` stands for each kind of template key."""
    least_keys: int = 1
    """Different key names that must point at the same subject."""
    least_confidence: float = 0.0
    sources: frozenset[str] = frozenset()
    """Empty: any."""
    subjects: frozenset[str] = frozenset()
    """Empty: any."""
    models: tuple[str, ...] = ()
    """Globs; empty: any."""
    paths: tuple[str, ...] = ()
    wants: frozenset[Wants] = frozenset()
    """Any of them; empty: whatever is asked for."""
    foreign_reasoning: frozenset[Foreign] = frozenset()
    """Any of them: a block of reasoning is handed in that was handed out to another. Empty: whatever is handed in."""
    organisations: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    unless_organisations: frozenset[str] = frozenset()
    unless_accounts: frozenset[str] = frozenset()
    unless_licensed: frozenset[Wants] = frozenset()
    """Nobody whose licence grants any of these."""
    reason: str = ""
    """What the customer is told."""
    obligations: Obligations = NO_OBLIGATIONS
    budget: Budget | None = None
    challenge_url: str = ""
    covert: Covert | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    version: str
    mode: Mode
    on_failure: OnFailure
    rules: tuple[Rule, ...]
    """Asked in this order."""
    contact: str = ""
    """Where a customer asks, named in each denial."""
    digest: str = ""
    """SHA-256 of the file."""
