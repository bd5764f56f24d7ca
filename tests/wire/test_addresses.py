"""Whose request a proxy passes on, believed only as far as trusted proxies wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.wire.addresses import client_address, is_trusted, neighbourhood

TRUSTED = ("127.0.0.0/8", "10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize(
    ("forwarded", "peer", "address"),
    [
        ("", "192.0.2.1", "192.0.2.1"),
        ("203.0.113.9", "192.0.2.1", "192.0.2.1"),
        ("203.0.113.9", "127.0.0.1", "203.0.113.9"),
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "no address", ""),
        ("198.51.100.1, 203.0.113.9, 10.0.0.2", "127.0.0.1", "203.0.113.9"),
        ("10.0.0.3, 10.0.0.2", "127.0.0.1", "10.0.0.3"),
        ("203.0.113.9, junk", "127.0.0.1", "127.0.0.1"),
        ("junk, 203.0.113.9", "127.0.0.1", "203.0.113.9"),
        ("203.0.113.9:4711", "127.0.0.1", "203.0.113.9"),
        ("[2001:db8::1]:4711", "fd00::1", "2001:db8::1"),
        ("2001:DB8:0::1", "127.0.0.1", "2001:db8::1"),
        ("::ffff:203.0.113.9", "::ffff:127.0.0.1", "203.0.113.9"),
    ],
)
def test_who_asked(forwarded: str, peer: str, address: str) -> None:
    assert client_address(forwarded, peer=peer, trusted=TRUSTED) == address


@given(st.text(), st.text())
def test_no_text_raises(forwarded: str, peer: str) -> None:
    assert isinstance(client_address(forwarded, peer=peer, trusted=TRUSTED), str)


def test_a_chain_without_end_is_cut() -> None:
    assert client_address("10.0.0.9," * 100_000, peer="127.0.0.1", trusted=TRUSTED) == "127.0.0.1"
    assert client_address(",".join(["10.0.0.9"] * 1000), peer="127.0.0.1", trusted=TRUSTED) == "10.0.0.9"


def test_only_a_socket_has_no_address() -> None:
    assert [is_trusted(one, TRUSTED) for one in ("", "127.0.0.9", "192.0.2.1", "no address")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("address", "near"),
    [
        (None, None),
        ("192.0.2.7", "192.0.2"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("sha256:abc", None),
        ("1.2.3.x", None),
        ("9" * 1000, None),
    ],
)
def test_neighbourhoods(address: str | None, near: str | None) -> None:
    assert neighbourhood(address) == near
