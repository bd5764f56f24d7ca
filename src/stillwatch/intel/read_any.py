r"""Read what peers and vendors send, whatever its format: STIX 2.1, MISP, or a table.

>>> from datetime import UTC, datetime
>>> published = Published(producer_name="Northlight", at=datetime(2026, 9, 1, tzinfo=UTC))
>>> read_any(b"type,value,actor\nipv4,192.0.2.7,GTG-9\n", published).campaigns[0].name
'GTG-9'

Told apart by what they are, never by the name of a file: JSON with an `Event`, a `response` or a list of events is of
MISP, other JSON is of STIX, and what is no JSON is a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from stillwatch.intel.misp_read import read_misp
from stillwatch.intel.read_limits import ReadLimits
from stillwatch.intel.stix_read import read_bundle
from stillwatch.intel.vendor_csv import Published, read_vendor_csv

if TYPE_CHECKING:
    from stillwatch.core.read_bundle import ReadBundle

_OF_MISP: Final = frozenset(("Event", "response", "Attribute", "Orgc"))
_named: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_any(data: bytes, published: Published, limits: ReadLimits = ReadLimits()) -> ReadBundle:  # noqa: B008  # frozen
    """Read it; `published` holds for a table, which does not say who made it.

    Raises:
        InputError: It is none of these, or too large.
    """
    first = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if first == b"[" or (first == b"{" and len(data) <= limits.size_bytes and _is_of_misp(data)):
        return read_misp(data, limits)
    if first == b"{":
        return read_bundle(data, limits)
    return read_vendor_csv(data, published, limits)


def _is_of_misp(data: bytes) -> bool:
    try:
        return not _OF_MISP.isdisjoint(_named.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
