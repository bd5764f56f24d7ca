"""Legal forms of companies, told from the name and kept beside it.

Forms of the same kind of body are one, whatever their language: `Ltd`, `GmbH`, `OOO`, `有限公司`.

>>> without_forms("handelshaus quill gmbh & co kg".split(), is_company=False)
Formed(words=('handelshaus', 'quill'), forms=('partnership',))
>>> without_forms(["li", "sa"], is_company=False)
Formed(words=('li', 'sa'), forms=())
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from stillwatch.screening.normalise import fold
from stillwatch.screening.table import toml_table
from stillwatch.screening.word import ideas

if TYPE_CHECKING:
    from collections.abc import Sequence

_SURE_LENGTH: Final = 3
"""A shorter form may as well be somebody's name, unless it is known that a company is meant."""

_SHORTEST_WITH_SLIP: Final = 6
_SHORTEST_WITH_SLIPS: Final = 8


class Formed(NamedTuple):
    words: tuple[str, ...]
    """What stays: never nothing, if there was something."""
    forms: tuple[str, ...]
    """Kinds of body, as `tables/company_forms.toml` names them."""


def without_forms(words: Sequence[str], *, is_company: bool) -> Formed:
    """The words without their legal forms, where something stays."""
    table, longest = _forms()
    kept: list[str] = []
    forms: list[str] = []
    position = 0
    while position < len(words):
        size = longest.get(words[position], 0)
        while size and not _is_form(words, position, size, is_company=is_company or bool(forms)):
            size -= 1
        if size:
            forms.append(table[" ".join(words[position : position + size])])
        else:
            kept.append(words[position])
        position += size or 1
    return Formed(tuple(kept), tuple(dict.fromkeys(forms))) if kept else Formed(tuple(words), ())


def is_form(text: str) -> bool:
    return text in _forms()[0]


def is_glued(longer: str, shorter: str) -> bool:
    """The longer word is the shorter one with a legal form written onto it without a space."""
    table, _ = _forms()
    if longer.startswith(shorter):
        return longer[len(shorter) :] in table
    return longer.endswith(shorter) and longer[: -len(shorter)] in table


def has_sure_form(words: Sequence[str]) -> bool:
    """Some word or words are a legal form and hardly anything else."""
    return bool(without_forms(words, is_company=False).forms)


@lru_cache(maxsize=1 << 14)  # the same words come again and again, and each is held against all that are known
def corrected(word: str) -> str:
    """The word of forms or of trade that a word is but for a slip; else the word."""
    if len(word) < _SHORTEST_WITH_SLIP or word in _long_words():
        return word
    allowed = 1 if len(word) <= _SHORTEST_WITH_SLIPS else 2
    found = process.extractOne(word, _long_words(), scorer=OSA.distance, score_cutoff=allowed)
    return found[0] if found else word


def han_form(text: str) -> tuple[str, str]:
    """Simplified characters without the legal form at their end or start, and the kind of body."""
    table, _ = _forms()
    for pattern in _han_forms():
        found = pattern.search(text)
        if found and len(found.group()) == len(text):
            break
        if found:
            return text[: found.start()] + text[found.end() :], table[found.group()]
    return text, ""


def _is_form(words: Sequence[str], position: int, size: int, *, is_company: bool) -> bool:
    """Short forms are forms where a company is known to be meant."""
    phrase = " ".join(words[position : position + size])
    if len(words) < position + size or phrase not in _forms()[0]:
        return False
    letters = len(phrase.replace(" ", ""))
    if letters >= _SURE_LENGTH and not (size == 1 and phrase in _forms_that_are_words()):
        return True
    return is_company and (letters > 1 or size > 1)


@cache
def _long_words() -> tuple[str, ...]:
    known = {word for form in _forms()[0] for word in form.split()} | {
        word for idea in ideas() for word in idea.split()
    }
    return tuple(sorted(word for word in known if len(word) >= _SHORTEST_WITH_SLIP))


@cache
def _forms() -> tuple[dict[str, str], dict[str, int]]:
    """Form → kind of body; and first word of a form → how many words the longest such form has."""
    kinds: dict[str, str] = {}
    for kind, rows in toml_table("company_forms").items():
        for form in map(fold, rows["forms"]):
            kinds[form] = kind
            if " " not in form and len(form) <= 5:
                kinds.setdefault(" ".join(form), kind)
    longest: dict[str, int] = {}
    for form in kinds:
        first, size = form.split()[0], len(form.split())
        longest[first] = max(size, longest.get(first, 0))
    return kinds, longest


@cache
def _han_forms() -> tuple[re.Pattern[str], ...]:
    han = sorted((form for form in _forms()[0] if "\u4e00" <= form[0] <= "\u9fff"), key=len, reverse=True)
    return tuple(re.compile(f"{form}$|^{form}") for form in han)


@cache
def _forms_that_are_words() -> frozenset[str]:
    """Three letters and more, and yet a family name, a given name or a word somewhere."""
    return frozenset(
        ("sas", "spa", "ltda", "sia", "uab", "sti", "too", "tov", "ood", "ano", "cia", "cie", "dba", "inc")
    )
