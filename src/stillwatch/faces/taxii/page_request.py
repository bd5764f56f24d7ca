"""What of a collection a client asks for, by the query of its URL; and the token that names the next page.

>>> asked = read_page_request(b"match[type]=indicator,campaign&limit=5", usual=100, most=1000)
>>> asked.filters.types, asked.limit
(('indicator', 'campaign'), 5)
>>> read_page_request(b"next=" + asked.next_after(17).encode(), usual=100, most=1000) == asked.after(17)
True

The token holds the place and all that was asked for, so that a client who follows `next` alone stays within its
filters; one who repeats them must repeat the same. It is no secret and grants nothing: rights are looked at for each
page.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import orjson

from stillwatch.core.errors import InputError
from stillwatch.faces.taxii.answer import TaxiiError
from stillwatch.service.sharing.carried_object import microseconds_of, time_of
from stillwatch.service.sharing.object_store import LATEST, Filters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.service.sharing.object_store import VersionWanted

_KNOWN: Final[tuple[str, ...]] = (
    "added_after",
    "limit",
    "next",
    "match[id]",
    "match[type]",
    "match[version]",
    "match[spec_version]",
)
_FILTERS: Final[tuple[str, ...]] = tuple(name for name in _KNOWN if name not in ("limit", "next"))
_PLACES: Final[dict[str, VersionWanted]] = {"first": "first", "last": "last", "all": "all"}
_MOST_VALUES: Final = 100
"""Of one filter; each is a place to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    filters: Filters = LATEST
    limit: int = 100
    after_seq: int = 0
    given: tuple[tuple[str, str], ...] = ()
    """The filters as they were written."""

    def after(self, seq: int) -> PageRequest:
        return replace(self, after_seq=seq)

    def next_after(self, seq: int) -> str:
        """The token for what follows a number."""
        text = orjson.dumps((seq, self.limit, self.given))
        return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def read_page_request(
    query: bytes, *, usual: int, most: int, versions: tuple[VersionWanted, ...] = ("last",)
) -> PageRequest:
    """Read the query of a URL.

    Args:
        query: As it stands after the question mark.
        usual: Objects of a page where the client does not say.
        most: At most, whatever it says.
        versions: Which ones are meant where the client does not say.

    Raises:
        TaxiiError: Something in it is unknown or malformed, or goes with a token that was given for another question.
    """
    asked = _values(query)
    limit = _limit(asked["limit"], most) if "limit" in asked else 0
    given = tuple((name, asked[name]) for name in _FILTERS if name in asked)
    after_seq = 0
    if "next" in asked:
        after_seq, earlier_limit, earlier = _token(asked["next"])
        if given and given != earlier:
            raise TaxiiError(400, "the filters are not those that `next` was given for")
        given, limit = earlier, limit or min(earlier_limit, most)
    filters = _filters(dict(given), versions)
    return PageRequest(filters=filters, limit=limit or min(usual, most), after_seq=after_seq, given=given)


def _values(query: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=bool(query), errors="strict")
    except ValueError as error:
        raise TaxiiError(400, f"the query cannot be read: {error}") from error
    for name, _ in pairs:
        if name not in _KNOWN:
            raise TaxiiError(400, f"unknown parameter {name[:60]!r}; known are {', '.join(_KNOWN)}")
    values = dict(pairs)
    if len(values) < len(pairs):
        raise TaxiiError(400, "a parameter stands twice; write its values with commas between them")
    return values


def _limit(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) > 0):
        raise TaxiiError(400, "limit is a whole number above 0")
    return min(int(text), most)


def _token(text: str) -> tuple[int, int, tuple[tuple[str, str], ...]]:
    try:
        seq, limit, given = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        pairs = tuple((name, value) for name, value in given)
    except (ValueError, TypeError) as error:
        raise TaxiiError(400, "`next` is none that this server gave") from error
    if (
        not _is_number(seq)
        or not _is_number(limit)
        or not all(name in _FILTERS and isinstance(value, str) for name, value in pairs)
    ):
        raise TaxiiError(400, "`next` is none that this server gave")
    return seq, limit, pairs


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 62


def _filters(given: Mapping[str, str], versions: tuple[VersionWanted, ...]) -> Filters:
    named = {name: _listed(value) for name, value in given.items() if name != "added_after"}
    wanted = tuple(_version(one) for one in named.get("match[version]", ()))
    try:
        added_after = microseconds_of(given["added_after"]) if "added_after" in given else None
    except InputError as error:
        raise TaxiiError(400, f"added_after: {error}") from error
    return Filters(
        ids=named.get("match[id]", ()),
        types=named.get("match[type]", ()),
        spec_versions=named.get("match[spec_version]", ()),
        versions=wanted or versions,
        added_after_us=added_after,
    )


def _listed(text: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(text.split(",")))
    if len(values) > _MOST_VALUES or "" in values or "\0" in text:
        raise TaxiiError(400, f"a filter holds from 1 to {_MOST_VALUES} values, with commas between them")
    return values


def _version(text: str) -> VersionWanted:
    if text in _PLACES:
        return _PLACES[text]
    try:
        return microseconds_of(text)
    except InputError as error:
        raise TaxiiError(400, "match[version] is first, last, all, or a time") from error


def added_headers(first_us: int, last_us: int) -> tuple[tuple[bytes, bytes], ...]:
    """When the first and the last object of a page were added."""
    return (
        (b"x-taxii-date-added-first", time_of(first_us).encode()),
        (b"x-taxii-date-added-last", time_of(last_us).encode()),
    )
