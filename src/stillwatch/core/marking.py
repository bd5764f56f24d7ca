"""What a receiver may do with what it is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0 (FIRST): whom a receiver may tell."""

    CLEAR = "clear"
    """Everybody."""
    GREEN = "green"
    """The receiver's community, not the public."""
    AMBER = "amber"
    """The receiver's organisation and its clients, as far as they need to know."""
    AMBER_STRICT = "amber+strict"
    """The receiver's organisation alone."""
    RED = "red"
    """The persons who were told, nobody else."""


class Pap(StrEnum):
    """Permissible Actions Protocol (MISP): what a receiver may do that the operator could notice."""

    WHITE = "white"
    """Whatever is lawful."""
    GREEN = "green"
    """Active measures, such as blocking."""
    AMBER = "amber"
    """Passive look-ups that the operator cannot see."""
    RED = "red"
    """Nothing that leaves the receiver's own logs."""


_TLP_ORDER: Final = tuple(Tlp)
_PAP_ORDER: Final = tuple(Pap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """Markings of one thing that is shared; the defaults are those of a campaign that nobody has marked."""

    tlp: Tlp = Tlp.AMBER
    pap: Pap = Pap.GREEN
    permitted_use: str = "defence of the receiver's own services against unauthorised distillation"
    """In words, as the agreement between the members has it."""
    must_not_name_source: bool = False
    """IEP 2.0 `provider_attribution`: whoever passes it on must not say from whom it came."""
    may_resell: bool = False
    """IEP 2.0 `unmodified_resale`."""


def strictest(left: Handling, right: Handling) -> Handling:
    """What holds for a thing that is made from two: of each marking the stricter one."""
    return Handling(
        tlp=max(left.tlp, right.tlp, key=_TLP_ORDER.index),
        pap=max(left.pap, right.pap, key=_PAP_ORDER.index),
        permitted_use="; ".join(dict.fromkeys((left.permitted_use, right.permitted_use))),
        must_not_name_source=left.must_not_name_source or right.must_not_name_source,
        may_resell=left.may_resell and right.may_resell,
    )


def is_within(tlp: Tlp, ceiling: Tlp) -> bool:
    """Whether something marked `tlp` may go where at most `ceiling` may."""
    return _TLP_ORDER.index(tlp) <= _TLP_ORDER.index(ceiling)
