"""List the scenarios that ship with stillwatch."""

from __future__ import annotations

from typing import NamedTuple

from stillwatch.evaluation.library import list_scenarios, needs_corpora


class Listed(NamedTuple):
    name: str
    about: str
    covers: str
    """Which row of the threat model it stands for."""
    needs_corpora: bool
    twins: tuple[str, ...]
    """Kinds of honest twin in it."""


def range_list() -> tuple[Listed, ...]:
    """Every scenario of the library, by name."""
    return tuple(
        Listed(
            one.name,
            one.about,
            one.covers,
            needs_corpora(one),
            tuple(sorted({population.kind for population in one.population if population.label == "twin"})),
        )
        for one in list_scenarios()
    )
