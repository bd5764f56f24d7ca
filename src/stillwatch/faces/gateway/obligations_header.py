"""A decision's obligations as one header, for whoever stands behind a gateway that cannot carry them out itself.

>>> from stillwatch.core.decision import Obligations
>>> obligations_header(Obligations(strip_logprobs=True, max_tokens=256, tags=("canary-3",)))
'strip_logprobs, max_tokens=256, tags=("canary-3")'

A dictionary of structured fields (RFC 8941, section 3.2); empty where nothing is to be done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from stillwatch.core.decision import Withhold

if TYPE_CHECKING:
    from stillwatch.core.decision import Obligations

OBLIGATIONS_HEADER: Final = "x-stillwatch-obligations"
TAGS_HEADER: Final = "x-stillwatch-tags"
"""Tells an engine behind us the cohorts of a request."""
_SWITCHES: Final = ("strip_logprobs", "strip_prompt_logprobs", "strip_sampler")
_NUMBERS: Final = ("max_logprobs", "logprob_decimals", "max_choices", "max_tokens")
_PLAIN: Final = " !#$&'()*+,-./:;<=>?@[]^_`{|}~"
"""Beside letters and digits; all else is percent-encoded, since a string there is ASCII."""


def obligations_header(obligations: Obligations) -> str:
    return ", ".join(obligations_listed(obligations))


def obligations_listed(obligations: Obligations) -> list[str]:
    """One by one, written as in the header."""
    switches = [name for name in _SWITCHES if getattr(obligations, name)]
    numbers = [f"{name}={most}" for name in _NUMBERS if (most := getattr(obligations, name))]
    listed = [*switches, *numbers]
    if obligations.withhold_reasoning is not Withhold.NO:
        listed.append(f"withhold_reasoning={obligations.withhold_reasoning.value}")
    if obligations.tags:
        listed.append(f"tags=({' '.join(map(_string, obligations.tags))})")
    if obligations.route_to:
        listed.append(f"route_to={_string(obligations.route_to)}")
    return listed


def _string(text: str) -> str:
    return f'"{quote(text, safe=_PLAIN)}"'
