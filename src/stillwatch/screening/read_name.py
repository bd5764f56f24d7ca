"""Read a name once into what it is compared by: words, legal forms, scripts.

>>> read = read_name("QUILL, Dr. Ada Mary", EntityType.PERSON)
>>> [word.text for word in read.words]
['ada', 'mary', 'quill']
>>> read = read_name("北方贸易有限公司", EntityType.ORGANISATION)
>>> [word.key for word in read.words], read.forms
(['beifang', '#trade'], ('limited',))
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from stillwatch.core.listed_entity import EntityType
from stillwatch.screening.company_forms import corrected, han_form, has_sure_form, is_form, without_forms
from stillwatch.screening.han import family_and_given, person, simplified, syllables
from stillwatch.screening.normalise import fold, given_name_first, spelled_out, without_tail
from stillwatch.screening.scripts import script_of
from stillwatch.screening.word import Word, WordKind, as_article, as_name, before_ships, ideas, titles, word

MOST_WORDS: Final = 16
"""Words that are compared. Few listed names have more; a hostile one costs no more than these."""
SHORTEST_ACRONYM: Final = 3
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_HAN_SPACE: Final = re.compile(r"(?<=[\u3400-\u9fff])[\s·]+(?=[\u3400-\u9fff])")
_RUN: Final = re.compile(r"[\u3400-\u9fff]+|[^\s\u3400-\u9fff]+")
_DOTTED: Final = re.compile(r"(?<!,)\s(?:[^\W\d_]\.){2,}")
"""Not after a comma, where lists put the initials of persons, and not at the start, where others do."""
_MIXED: Final = re.compile(r"[a-z][0135]|[0135][a-z]")
_LOOK_ALIKES: Final = str.maketrans("0135", "oles")
"""Figures within a person's name are letters read wrongly."""
_NO_NAMES: Final = frozenset(("al", "el", "ul", "bin", "ibn", "bint", "the", "of", "and", "&", "von", "de"))
"""Articles that are nobody's name."""
_KOREAN: Final = re.compile(r"([\uac00-\ud7a3])([\uac00-\ud7a3]{1,2})")
_ARABIC_ARTICLE: Final = "ال"
_SHORTEST_WITH_ARTICLE: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadName:
    text: str
    """As it was written."""
    words: tuple[Word, ...]
    keys: tuple[str, ...]
    """Of the words."""
    forms: tuple[str, ...]
    """Kinds of body that it says it is; see `company_forms`."""
    is_company: bool
    """By its type, or by what it says."""
    has_han: bool
    joined: str
    """The words in one, for names that differ in their spaces."""
    acronym: str
    """The first letters of a company's words, its legal form and its articles left out; empty = of too few."""


class _Read(NamedTuple):
    words: list[Word]
    forms: tuple[str, ...]
    is_company: bool


def read_name(text: str, entity_type: EntityType = EntityType.UNKNOWN) -> ReadName:
    bare = without_tail(text)
    plain = bare if entity_type is EntityType.PERSON else _DOTTED.sub(_without_dots, bare)
    says_form = plain != bare
    if entity_type is not EntityType.ORGANISATION and not says_form and not has_sure_form(fold(plain).split()):
        plain = given_name_first(plain)
    folded = fold(plain)
    if _HAN.search(folded):
        read = _read_han(simplified(folded), is_person=entity_type is EntityType.PERSON)
    else:
        spelled = {} if plain.isascii() else _spelled(folded, plain)
        is_company = entity_type is EntityType.ORGANISATION or says_form
        read = _read_letters(folded, spelled, entity_type, is_company=is_company)
    words = read.words[:MOST_WORDS]
    return ReadName(
        text=text,
        words=tuple(words),
        keys=tuple([one.key for one in words]),
        forms=read.forms,
        is_company=read.is_company,
        has_han=any(one.han for one in words),
        joined="".join([one.text for one in words]),
        acronym=_acronym(words) if read.is_company else "",
    )


def _read_letters(folded: str, spelled: dict[str, str], entity_type: EntityType, *, is_company: bool) -> _Read:
    is_person = entity_type is EntityType.PERSON
    written: tuple[str, ...] = tuple(folded.split()[: 2 * MOST_WORDS])
    forms: tuple[str, ...] = ()
    if not is_person:
        if is_company or has_sure_form(written):
            written = tuple(map(corrected, written))
        written, forms = without_forms(written, is_company=is_company)
    is_company = is_company or bool(forms)
    if entity_type is EntityType.VESSEL:
        written = _without(before_ships(), written, least=1)
    elif not is_company:
        written = _without(titles(), written, least=2)
    if not is_company:
        written = tuple([one.translate(_LOOK_ALIKES) if _MIXED.search(one) else one for one in written])
    parts = [part for one in written for part in _parts(one)]
    words = [word(part, "", spelled.get(part, ""), is_persons=is_person) for part in parts]
    is_company = is_company or (not is_person and any(one.kind is WordKind.IDEA for one in words))
    return _Read(_without_own_acronym(words) if is_company else _with_short_names(words), forms, is_company)


def _acronym(words: list[Word]) -> str:
    letters = "".join([one.text[0] for one in words if one.kind is not WordKind.PARTICLE])
    return letters if len(letters) >= SHORTEST_ACRONYM else ""


def _without_own_acronym(words: list[Word]) -> list[Word]:
    """`National Widget Office (NWO)`: the acronym adds nothing."""
    if len(words) <= SHORTEST_ACRONYM:
        return words
    first = _acronym(words[:-1])
    return [*words[:-1], as_article(words[-1])] if first and words[-1].text in {first, f"{first}c"} else words


def _without(dropped: frozenset[str], written: tuple[str, ...], *, least: int) -> tuple[str, ...]:
    """Titles are names too; they are left out where enough stays to tell who is meant."""
    kept = tuple([one for one in written if one not in dropped])
    return kept if len(kept) >= least else written


def _with_short_names(words: list[Word]) -> list[Word]:
    """Where a person has too few names, what may be an article is one."""
    if sum([one.kind is WordKind.NAME for one in words]) > 1:
        return words
    return [as_name(one) if one.kind is WordKind.PARTICLE and one.text not in _NO_NAMES else one for one in words]


def _without_dots(found: re.Match[str]) -> str:
    """`S.A.` as `SA`, where that is a legal form; initials of a person stay."""
    joined = found.group().replace(".", "")
    return joined if is_form(joined.strip().casefold()) else found.group()


def _spelled(folded: str, bare: str) -> dict[str, str]:
    """Word → how it is written by those who have no marks, where that differs."""
    words, spelled = folded.split(), spelled_out(bare).split()
    if len(words) != len(spelled):
        return {}
    return {word: other for word, other in zip(words, spelled, strict=True) if word != other}


def _parts(written: str) -> tuple[str, ...]:
    """The Arabic article is a word of its own; Korean names are written in one, the family name first."""
    korean = _KOREAN.fullmatch(written)
    if korean:
        return korean.groups()
    if written.startswith(_ARABIC_ARTICLE) and len(written) >= _SHORTEST_WITH_ARTICLE:
        return _ARABIC_ARTICLE, written[2:]
    return (written,)


def _read_han(text: str, *, is_person: bool) -> _Read:
    words: list[Word] = []
    forms: list[str] = []
    for run in _RUN.findall(_HAN_SPACE.sub("", text))[:MOST_WORDS]:
        if script_of(run) != "Hani":
            words.append(word(run))
            continue
        bare, form = (run, "") if is_person else han_form(run)
        forms += [form] if form else []
        words += _han_words(bare, is_person=is_person)
    is_company = bool(forms) or any(one.kind is WordKind.IDEA for one in words)
    if not is_person and not is_company and len(words) == 1:
        words = _han_person(words[0].han)
    return _Read(words, tuple(dict.fromkeys(forms)), is_company)


def _han_words(run: str, *, is_person: bool) -> list[Word]:
    """Known words of trade cut out of the characters; what stands between them is a name."""
    if is_person:
        return _han_person(run)
    return [word(syllables(piece), piece) for piece in _han_ideas().split(run) if piece]


def _han_person(characters: str) -> list[Word]:
    parts = family_and_given(characters)
    return [word(reading, han, is_persons=True) for reading, han in zip(person(characters), parts, strict=False)]


@cache
def _han_ideas() -> re.Pattern[str]:
    known = sorted((text for text in ideas() if _HAN.match(text)), key=len, reverse=True)
    return re.compile(f"({'|'.join(known)})")
