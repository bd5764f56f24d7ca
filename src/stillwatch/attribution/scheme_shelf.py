"""The shelf of schemes: every mark that text can be tested for, and one of them with its parameters.

>>> open_scheme("hf_synthid", {"layers": 20}).context_width
4
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from stillwatch.attribution.parameters import completed
from stillwatch.attribution.scheme import SchemeFamily
from stillwatch.core.errors import InputError
from stillwatch.core.shelf import walk_shelf
from stillwatch.core.toml_text import suggestion

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Parameters, Scheme

_PACKAGE: Final = "stillwatch.attribution.schemes"


@cache
def scheme_families() -> tuple[SchemeFamily, ...]:
    """Every scheme on the shelf, by name; a constant of the installed package."""
    return walk_shelf(_PACKAGE, "SCHEME", SchemeFamily)


def open_scheme(name: str, parameters: Parameters | None = None) -> Scheme:
    """A scheme with these parameters, and with the defaults of its engine for all others.

    Raises:
        InputError: There is no such scheme, or no such parameter of it.
    """
    known = {family.name: family for family in scheme_families()}
    if name not in known:
        raise InputError(f"unknown scheme {name!r}", mend=suggestion(name, list(known)))
    family = known[name]
    return family.build(completed(parameters or {}, family.defaults, name))
