"""A guard of few words, for tests of whatever asks it."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from guard_rows import AT, row
from stillwatch.core.identity import Identity
from stillwatch.faces.gateway.guard_point import GuardPoint
from stillwatch.faces.gateway.http_message import Asked
from stillwatch.guard.budgets import Budgets
from stillwatch.guard.build_standings import build
from stillwatch.guard.decide import Guarded
from stillwatch.guard.guard import Guard
from stillwatch.guard.read_policy import read_policy
from stillwatch.guard.standings import Standings
from stillwatch.wire.headers import Headers

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts

POLICY = """
version = "t-1"
mode = "enforce"
on_failure = "allow"
contact = "abuse@lab.example"

[[rule]]
name = "closed"
accounts = ["closed"]
respond = "block"
reason = "This account is closed."

[[rule]]
name = "verify"
accounts = ["unknown"]
respond = "challenge"
url = "https://verify.example"

[[rule]]
name = "fleet"
roles = ["operator"]
respond = "throttle"
requests_per_minute = 2
burst = 2
per = "campaign"

[[rule]]
name = "trimmed"
accounts = ["trimmed"]
respond = "trim"
strip_logprobs = true
max_tokens = 256
"""


class Told:
    """A guard point, and every decision that it made."""

    def __init__(self, policy: str = POLICY, identity: Identity | None = None) -> None:
        self.at = AT
        self.told: list[tuple[RequestFacts, Decision]] = []
        ids = count(1)
        guarded = Guarded(
            read_policy(policy, "policy.toml"), Standings(build([row("fleet-1"), row("fleet-2")], seed=5)), Budgets(64)
        )
        self.guard = Guard(
            guarded,
            new_id=lambda: f"d-{next(ids)}",
            on_decision=lambda facts, decision: self.told.append((facts, decision)),
        )
        self.point = GuardPoint(
            guard=self.guard, identity=identity or Identity(account_header="x-account"), clock=lambda: self.at
        )

    @property
    def last(self) -> Decision:
        return self.told[-1][1]

    @property
    def facts(self) -> RequestFacts:
        return self.told[-1][0]


def asked(path: str, *, body: bytes = b"", is_whole: bool = True, method: str = "POST", **headers: str) -> Asked:
    """A request of a trusted gateway; of header names write `_` for `-`."""
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Asked(method, path, "", Headers(pairs), body, is_whole, "127.0.0.1")
