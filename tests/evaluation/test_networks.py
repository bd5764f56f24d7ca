from ipaddress import ip_address, ip_network

import numpy as np
import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.keys import mix
from stillwatch.evaluation.networks import Networks, address_text

KEYS = mix(np.arange(3000))


@pytest.mark.parametrize(("network", "block"), [("home", "240.0.0.0/4"), ("datacentre", "198.18.0.0/17")])
def test_built_in_addresses_belong_to_nobody(network, block):
    addresses = address_text(Networks(None, None).address(network, KEYS)).to_pylist()
    assert all(ip_address(text) in ip_network(block) for text in addresses)


def test_homes_are_almost_unique():
    assert len(set(Networks(None, None).address("home", KEYS).tolist())) > 2990


def test_ranges_come_from_a_file(tmp_path):
    (tmp_path / "ranges.txt").write_text("10.1.0.0/16\n10.9.9.0/24\n")
    addresses = address_text(Networks(tmp_path / "ranges.txt", None).address("datacentre", KEYS)).to_pylist()
    assert {".".join(text.split(".")[:2]) for text in addresses} == {"10.1", "10.9"}


def test_a_bad_range_is_named(tmp_path):
    (tmp_path / "ranges.txt").write_text("10.1.0.0/99\n")
    with pytest.raises(InputError, match="not a valid netmask"):
        Networks(tmp_path / "ranges.txt", None)
