"""A codebook of English prose that comes with the package: `wordings.toml`, which a person can read and mend."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from stillwatch.attribution.codebook import Choice, Codebook


@cache
def english_wordings() -> Codebook:
    """The choices of `wordings.toml`; a constant of the installed package."""
    table = tomllib.loads((files("stillwatch.attribution") / "wordings.toml").read_text("utf-8"))
    return Codebook(tuple(Choice(name=name, first=first, second=second) for name, (first, second) in table.items()))
