"""Formats are told apart by what they are."""

from __future__ import annotations

import orjson
import pytest
from shared_factory import NOW, campaign

from stillwatch.core.errors import InputError
from stillwatch.intel.misp_write import write_misp
from stillwatch.intel.read_any import read_any
from stillwatch.intel.read_limits import ReadLimits
from stillwatch.intel.stix_write import write_bundle
from stillwatch.intel.vendor_csv import Published
from stillwatch.intel.write_csv import write_csv

_BY = Published(producer_name="x", at=NOW)


@pytest.mark.parametrize(
    "data",
    [
        write_bundle(campaign()),
        write_misp(campaign()),
        b" \n" + write_misp(campaign()),
        orjson.dumps({"response": [orjson.loads(write_misp(campaign()))]}),
        orjson.dumps([orjson.loads(write_misp(campaign()))]),
        write_csv([campaign()]),
        b"\xef\xbb\xbf" + write_csv([campaign()]),
    ],
)
def test_every_format_gives_the_campaign(data):
    (found,) = read_any(data, _BY).campaigns
    assert (found.id, found.indicators) == (campaign().id, campaign().indicators)


@pytest.mark.parametrize("data", [b"", b"{", b"[", b"hello", b"{" * 10**5, b"\x00\xff"])
def test_what_is_nothing_of_it_is_refused(data):
    with pytest.raises(InputError):
        read_any(data, _BY)


def test_too_much_is_refused_before_it_is_looked_at():
    for data in (write_bundle(campaign()), write_misp(campaign()), write_csv([campaign()])):
        with pytest.raises(InputError, match="bytes"):
            read_any(data, _BY, ReadLimits(size_bytes=100))
