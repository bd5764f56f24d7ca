from __future__ import annotations

import pyarrow as pa
import pytest

from stillwatch.logs.flow_addresses import NOBODY, AddressBook

_BOOK = AddressBook([("10.0.0.0/8", 0), ("10.0.3.7", 1), ("fd00::/64", 2)])


@pytest.mark.parametrize(
    ("text", "written", "host"),
    [
        ("10.0.3.7", "10.0.3.7", 1),
        ("10.0.3.8", "10.0.3.8", 0),
        ("::ffff:10.0.3.7", "10.0.3.7", 1),
        ("FD00:0:0:0::7", "fd00::7", 2),
        ("fe80::1%eth0", "fe80::1", NOBODY),
        ("192.0.2.9", "192.0.2.9", NOBODY),
        ("host.example", None, NOBODY),
        (None, None, NOBODY),
    ],
)
def test_one_way_of_writing_and_the_smallest_network(text: str | None, written: str | None, host: int) -> None:
    found = _BOOK.look_up(pa.chunked_array([[text, text]], pa.string()))
    assert (found.written.to_pylist(), found.hosts.to_pylist()) == ([written] * 2, [host] * 2)
