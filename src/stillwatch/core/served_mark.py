"""Which mark one reply carries, as far as whoever stands in the path can tell."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stillwatch.core.deployed_mark import DeployedMark


class Carries(StrEnum):
    """Whether a reply carries the mark.

    `yes`: the engine marks replies to such requests. `no`: it does not, since nothing is drawn by chance, the client
    opted out, or no mark was deployed. `unknown`: the request was not read, or it says something about its sampler
    whose effect is the engine's own.
    """

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class ServedMark(NamedTuple):
    carries: Carries
    why: str
    """Why not, or why nobody knows; empty for `yes`."""
    deployed: DeployedMark | None
    """What the engine was told then; None where nothing was deployed for the model."""
