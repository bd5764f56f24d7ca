"""Read a guard's policy from its file, and say what is odd about it though it is valid.

checked = policy_check(Path("policy.toml"), now=datetime.now(UTC))
print(checked.policy.version, checked.remarks)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.policy import Response
from stillwatch.service.guarding.follow_policy import policy_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.policy import Policy


class Checked(NamedTuple):
    policy: Policy
    remarks: tuple[str, ...]


def policy_check(path: Path, *, now: datetime) -> Checked:
    """Read and look over a policy.

    Raises:
        InputError: The file cannot be read, or is no TOML.
        SettingsError: It is no policy; names line and mend.
    """
    policy = policy_at(path)
    return Checked(policy, tuple(_remarks(policy, now)))


def _remarks(policy: Policy, now: datetime) -> Iterator[str]:
    if not policy.rules:
        yield "there is no rule: every request goes through"
    for number, rule in enumerate(policy.rules):
        if rule.covert is not None and rule.covert.expires_at <= now:
            yield f"{rule.name!r} has run out on {rule.covert.expires_at:%Y-%m-%d} and does nothing any more"
        if rule.respond is Response.ALLOW and not (rule.roles or rule.organisations or rule.accounts or rule.wants):
            rest = policy.rules[number + 1 :]
            if rest and not (rule.models or rule.paths or rule.foreign_reasoning):
                yield f"{rule.name!r} lets every request through: the rules after it are never asked"
    if policy.rules and not policy.contact:
        yield "no contact is named: a customer who is refused is not told where to ask"
