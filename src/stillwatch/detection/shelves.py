"""The shelves of detection: every link and every signal, found by themselves."""

from __future__ import annotations

from functools import cache

from stillwatch.core.shelf import walk_shelf
from stillwatch.detection.link import Link
from stillwatch.detection.precursor import Precursor
from stillwatch.detection.signal import Signal


@cache
def links() -> tuple[Link, ...]:
    """Every link; a constant of the installed package."""
    return walk_shelf("stillwatch.detection.links", "LINK", Link)


@cache
def signals() -> tuple[Signal, ...]:
    """Every signal; a constant of the installed package."""
    return walk_shelf("stillwatch.detection.signals", "SIGNAL", Signal)


@cache
def precursors() -> tuple[Precursor, ...]:
    """Every precursor; a constant of the installed package."""
    return walk_shelf("stillwatch.detection.precursors", "PRECURSOR", Precursor)
