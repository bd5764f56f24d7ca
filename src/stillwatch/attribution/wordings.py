"""Codebooks as tables that a person can read and mend; that of English prose comes with the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from stillwatch.attribution.codebook import Choice, Codebook
from stillwatch.core.errors import InputError
from stillwatch.core.toml_text import TomlText

_FILE: Final = "wordings.toml"


@cache
def english_wordings() -> Codebook:
    """The choices of `wordings.toml`; a constant of the installed package."""
    return codebook_of((files("stillwatch.attribution") / _FILE).read_text("utf-8"), _FILE)


def codebook_of(text: str, where: str) -> Codebook:
    """The codebook of a table: a name of each choice, and its two options.

    Raises:
        InputError: It is no such table.
        DefinitionError: Options of two choices could be read into one place.
    """
    read = TomlText.of(text, where)
    for name, options in read.document.items():
        if not (isinstance(options, list) and len(options) == 2 and all(isinstance(one, str) for one in options)):
            mend = 'write two ways to say one thing, as in example = ["for example", "for instance"]'
            raise InputError(f"{name!r} is no choice", where=read.at_key(name), mend=mend)
    choices = read.document.items()
    return Codebook(tuple(Choice(name=name, first=first, second=second) for name, (first, second) in choices))
