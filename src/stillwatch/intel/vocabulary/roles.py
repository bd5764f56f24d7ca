"""Which technique each role and each kind of evidence of a scan is an instance of.

>>> techniques_of(["reward_model"], ["ban_succession"])
('AML.T0040', 'AML.T0024.002', 'SW.T0003', 'SW.T0009')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALWAYS: Final = ("AML.T0040", "AML.T0024.002")
_OF_ROLE: Final = {
    "reasoning_elicitation": "SW.T0001",
    "reasoning_replay": "SW.T0002",
    "reward_model": "SW.T0003",
    "cleaning": "SW.T0004",
    "task_making": "SW.T0005",
    "relay": "SW.T0007",
    "quality_probe": "SW.T0010",
    "technique_sweep": "AML.T0065",
}
_OF_EVIDENCE: Final = {
    "ban_succession": "SW.T0009",
    "handover": "SW.T0009",
    "created_together": "AML.T0021",
    "shared_registration": "AML.T0021",
}


def techniques_of(roles: Iterable[str], sources: Iterable[str]) -> tuple[str, ...]:
    """Techniques of a campaign, by its roles and by the signals and links that speak for it."""
    found = (*(_OF_ROLE.get(one) for one in roles), *(_OF_EVIDENCE.get(one) for one in sources))
    return tuple(dict.fromkeys((*_ALWAYS, *(one for one in found if one))))
