"""The file of peers: what it may say, and what an error names."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.service.sharing.peers import Accept, Peers, Producer, Source, read_peers

TEXT = """
identity = "identity--1"
longest_days = 30
[[producer]]
id = "identity--2"
name = "lab-a"
accept = "all"
is_heard = true
[[producer]]
id = "identity--3"
[[source]]
name = "hub"
vouches = true
"""


def test_read() -> None:
    lab_a = Producer(id="identity--2", name="lab-a", accept=Accept.ALL, is_heard=True)
    assert read_peers(TEXT, "peers.toml") == Peers(
        identity="identity--1",
        longest_days=30.0,
        producers={"identity--2": lab_a, "identity--3": Producer(id="identity--3")},
        sources={"hub": Source(name="hub", vouches=True)},
    )
    assert read_peers("", "peers.toml") == Peers()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "peers.toml:1: unknown field 'x'"),
        ("identity = 1", "peers.toml:1: identity is a text"),
        ("longest_days = 0", "peers.toml:1: longest_days is a number above 0"),
        ("longest_days = true", "peers.toml:1: longest_days is a number above 0"),
        ("producer = 1", "peers.toml:1: producer is a table"),
        ("[[producer]]\nname = 'x'", "peers.toml:1: id is missing"),
        ("[[producer]]\nid = 'x'\nacept = 'all'", "peers.toml:3: unknown field 'acept' (did you mean 'accept'?)"),
        ("[[producer]]\nid = 'x'\naccept = 'al'", "peers.toml:3: unknown value 'al' (did you mean 'all'?)"),
        ("[[producer]]\nid = 'x'\naccept = 1", "peers.toml:3: accept is of another kind"),
        ("[[source]]\nname = 'x'\nvouches = 1", "peers.toml:3: vouches is of another kind"),
    ],
)
def test_an_error_names_the_line_and_the_mend(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as told:
        read_peers(text, "peers.toml")
    assert message in str(told.value)
