"""Which mark a reply carries: what its engine was told then, and whether such a request's answer is marked at all.

>>> mark_of_reply(Request(at=0.0, model="m"), ()).why
'no mark was deployed for this model'
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.served_mark import Carries, ServedMark
from stillwatch.wire.drawing import read_drawing
from stillwatch.wire.wishes import SAMPLER_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.core.deployed_mark import DeployedMark

_STRIPPED: Final = frozenset(SAMPLER_FIELDS)


class Request(NamedTuple):
    """What an answer was asked for with, as the engine got it."""

    at: float
    """Seconds since 1970 UTC."""
    model: str
    parameters: Mapping[str, Any] | None = None
    """Of the body; None where it was not read."""
    tags: tuple[str, ...] = ()


def mark_of_reply(request: Request, deployed: Sequence[DeployedMark]) -> ServedMark:
    """The mark of a reply; deployments the oldest first, of which the newest before the request holds."""
    found = deployment_of(request, deployed)
    if found is None:
        return ServedMark(Carries.NO, "no mark was deployed for this model", None)
    if request.parameters is None:
        return ServedMark(Carries.UNKNOWN, "the request was not read", found)
    drawing = read_drawing(request.parameters)
    for holds, carries, why in (
        (drawing.opts_out, Carries.NO, "the client opted out"),
        (drawing.is_beam_search, Carries.NO, "beam search"),
        (drawing.is_greedy and not found.marks_greedy, Carries.NO, "drawn without chance"),
        (drawing.steers, Carries.UNKNOWN, f"the client set {', '.join(drawing.steers)}"),
    ):
        if holds:
            return ServedMark(carries, why, found)
    return ServedMark(Carries.YES, "", found)


def deployment_of(request: Request, deployed: Sequence[DeployedMark]) -> DeployedMark | None:
    """What was in force for a request: one with a tag of it first, then one without any."""
    serving = [one for one in deployed if one.at.timestamp() <= request.at and _serves(one, request.model)]
    tagged = [one for one in serving if one.tag and one.tag in request.tags]
    return next(iter(reversed(tagged or [one for one in serving if not one.tag])), None)


def without_sampler(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of parameters where a policy takes out what a client says of its sampler, at every depth."""
    return {
        name: without_sampler(value) if isinstance(value, dict) else value
        for name, value in parameters.items()
        if name not in _STRIPPED
    }


def _serves(one: DeployedMark, model: str) -> bool:
    return not one.models or any(fnmatchcase(model, pattern) for pattern in one.models)
