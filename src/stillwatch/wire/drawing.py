"""What a request says of how its answer is drawn: without chance, by beams, unmarked, or with fields of the engine's.

>>> read_drawing({"temperature": 0, "watermarking": False})
Drawing(is_greedy=True, is_beam_search=False, opts_out=True, steers=())
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.wire.wishes import HOLDERS, SAMPLER_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

_GREEDY_BELOW: Final = 1e-5
"""vLLM draws without chance below it; no other engine's bound is higher."""
_OPT_OUT: Final = ("watermarking", "watermark")
_ONE: Final = ("top_k", "topK")
"""1 = the likeliest token alone."""
_BEAMS: Final = ("num_beams", "beam_width")
_DEPTH: Final = 3


class Drawing(NamedTuple):
    is_greedy: bool = False
    is_beam_search: bool = False
    opts_out: bool = False
    """It asks for no mark."""
    steers: tuple[str, ...] = ()
    """Other fields of `wishes.SAMPLER_FIELDS` that it sets."""


def read_drawing(parameters: Mapping[str, Any], depth: int = _DEPTH) -> Drawing:
    """Read the parameters of a request, also inside of the objects that hold some; null counts as not sent."""
    found = Drawing(
        _number(parameters, "temperature", 1.0) < _GREEDY_BELOW
        or any(_number(parameters, name, 0) == 1 for name in _ONE)
        or parameters.get("do_sample") is False,
        parameters.get("use_beam_search") is True or any(_number(parameters, name, 1) > 1 for name in _BEAMS),
        any(parameters.get(name) is False for name in _OPT_OUT),
        tuple(name for name in SAMPLER_FIELDS if _steers(name, parameters.get(name))),
    )
    if depth:
        for name in HOLDERS:
            if isinstance(inner := parameters.get(name), dict):
                found = _both(found, read_drawing(inner, depth - 1))
    return found


def _steers(name: str, value: Any) -> bool:
    """Asking for the mark that is set anyway changes nothing."""
    return value is not None and value is not False and not (value is True and name in _OPT_OUT)


def _number(parameters: Mapping[str, Any], name: str, usual: float) -> float:
    found = parameters.get(name)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else usual


def _both(left: Drawing, right: Drawing) -> Drawing:
    return Drawing(
        left.is_greedy or right.is_greedy,
        left.is_beam_search or right.is_beam_search,
        left.opts_out or right.opts_out,
        tuple(dict.fromkeys((*left.steers, *right.steers))),
    )
