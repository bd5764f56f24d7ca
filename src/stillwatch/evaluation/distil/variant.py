"""What answers are marked with, and by which rule students are tested: fixed before anything is trained."""

from __future__ import annotations

from typing import Final, NamedTuple

from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.core.errors import InputError


class Variant(NamedTuple):
    name: str
    scheme: str
    """File of `attribution/schemes`."""
    context_width: int
    rule: str
    """File of `attribution/rules`."""
    bias: float = 2.0
    """What green lists add to logits."""


VARIANTS: Final = (
    Variant("gumbel", "gumbel_siphash", 2, "mode"),
    Variant("gumbel-4", "gumbel_siphash", 4, "mode"),
    Variant("tournament", "tournament_siphash", 2, "mode"),
    Variant("green", "green_siphash", 1, "pairs2"),
)
"""The first is that of the demonstration. Rules are those that docs/explanation/how-marks-are-tested.md names."""


def variant_named(name: str) -> Variant:
    """The variant of a name.

    Raises:
        InputError: There is none.
    """
    for one in VARIANTS:
        if one.name == name:
            return one
    raise InputError(f"no variant {name!r}", mend=f"name one of {', '.join(one.name for one in VARIANTS)}")


def mark_of(variant: Variant, secret: bytes) -> Mark:
    """The mark under a secret of the key ring."""
    scheme = open_scheme(variant.scheme, {"context_width": variant.context_width})
    return Mark(scheme=scheme, key=scheme.key_of(secret), bias=variant.bias)
