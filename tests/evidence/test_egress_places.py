from __future__ import annotations

import pytest

from stillwatch.core.egress import EgressBudget, HostBudget, Place
from stillwatch.evidence.egress_places import Places

_ONE = HostBudget(name="a", addresses=("203.0.113.7",), weights_bytes=1, allowed=("192.0.2.0/24", "2001:db8::/48"))
_TWO = HostBudget(name="b", addresses=("203.0.113.8",), weights_bytes=1)
_PLACES = Places(EgressBudget(hosts=(_ONE, _TWO), inside=("10.0.0.0/8", "fd00::/8")))


@pytest.mark.parametrize(
    ("host", "address", "place"),
    [
        (0, "10.4.4.4", Place.INSIDE),
        (0, "203.0.113.7", Place.INSIDE),
        (0, "203.0.113.8", Place.OTHER),  # another declared host is not inside
        (0, "192.0.2.77", Place.ALLOWED),
        (1, "192.0.2.77", Place.OTHER),
        (0, "2001:db8:0:9::1", Place.ALLOWED),
        (0, "fd12::1", Place.INSIDE),
        (0, "ff02::fb", Place.INSIDE),
        (0, "169.254.1.1", Place.INSIDE),
        (0, "255.255.255.255", Place.INSIDE),
        (0, "198.51.100.1", Place.OTHER),
    ],
)
def test_where_an_address_is(host: int, address: str, place: Place) -> None:
    assert _PLACES.of(host, address) is place
