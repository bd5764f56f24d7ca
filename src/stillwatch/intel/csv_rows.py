r"""Rows of a published table, whatever its columns are called and whatever parts them.

>>> from collections import Counter
>>> from stillwatch.intel.read_limits import ReadLimits
>>> list(read_rows(b"Indicator;Type\n192.0.2.7;ip\n", ReadLimits(), Counter()))
[(2, {'type': 'ip', 'value': '192.0.2.7'})]
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError
from stillwatch.intel.csv_types import plain

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping, Sequence

    from stillwatch.intel.read_limits import ReadLimits

COLUMNS: Final = {
    "id": ("id", "indicatorid", "stixid", "uuid"),
    "type": ("type", "indicatortype", "ioctype", "kind"),
    "value": ("value", "indicator", "indicatorvalue", "ioc", "iocvalue", "observable"),
    "actor": ("actor", "actorkey", "actorid", "threatactor", "cluster", "group", "campaign", "campaignname"),
    "campaign_id": ("campaignid",),
    "producer": ("producer",),
    "producer_id": ("producerid",),
    "first_seen": ("firstseen", "firstobserved", "datefirstseen"),
    "last_seen": ("lastseen", "lastobserved", "datelastseen"),
    "valid_from": ("validfrom",),
    "valid_until": ("validuntil", "expires", "expiresat", "expiry", "expiration"),
    "confidence": ("confidence", "confidencescore"),
    "certainty": ("certainty",),
    "form": ("form",),
    "key_id": ("keyid",),
    "template_kind": ("templatekind",),
    "tlp": ("tlp", "marking"),
    "state": ("state",),
    "modified": ("modified", "updated", "updatedat"),
}
"""What is read → how columns of tables are called, the surest first."""
_LONGEST_FIELD: Final = 131_072
"""Ours: the reader's own limit is one for the whole process, which readers of logs raise."""
_SHORTER: Final = f"a field is at most {_LONGEST_FIELD:,} characters long"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would take for a formula."""


def read_rows(data: bytes, limits: ReadLimits, passed: Counter[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Numbers of lines with what is read of them, by the names of `COLUMNS`; what is not read is counted in `passed`.

    Raises:
        InputError: It is too large, is not in UTF-8, or has no column of values.
    """
    if len(data) > limits.size_bytes:
        raise InputError(f"the table has {len(data)} bytes", mend=f"at most {limits.size_bytes} are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"the table is not in UTF-8: {error}", mend="save it as UTF-8") from error
    head = text[: text.find("\n")] if "\n" in text else text
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        places = _places(next(lines, []), passed)
        for count, fields in enumerate(lines):
            if count >= limits.objects:
                raise InputError(f"more than {limits.objects} rows", mend="split the table")
            if any(len(one) > _LONGEST_FIELD for one in fields):
                raise InputError(f"line {lines.line_num}: a field of over {_LONGEST_FIELD:,} characters", mend=_SHORTER)
            if any(map(str.strip, fields)):
                yield lines.line_num, {name: _bare(fields[at]) for name, at in places.items() if at < len(fields)}
    except csv.Error as error:
        raise InputError(f"line {lines.line_num}: {error}", mend=_SHORTER) from error


def _places(header: Sequence[str], passed: Counter[str]) -> dict[str, int]:
    names = [plain(one) for one in header]
    places = {
        name: names.index(next(one for one in spelled if one in names))
        for name, spelled in COLUMNS.items()
        if any(one in names for one in spelled)
    }
    if "value" not in places:
        mend = f"call it one of {', '.join(COLUMNS['value'])}"
        raise InputError("no column holds the values", where="line 1", mend=mend)
    for place, name in enumerate(header):
        if place not in places.values():
            passed[f"column {name.strip()[:64]}"] += 1
    return places


def _bare(field: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return field[1:] if field.startswith("'") and field[1:2] in FORMULA else field
