"""Headers keep what we look at, and no more than we can bear."""

from __future__ import annotations

from stillwatch.wire.headers import Headers


def test_the_last_counts_but_of_credentials_the_first() -> None:
    headers = Headers([("Authorization", "a"), ("X-Org", "1"), ("authorization", "b"), ("x-org", "2")])
    assert dict(headers) == {"authorization": "a", "x-org": "2"}
    assert headers.names == ("authorization", "x-org", "authorization", "x-org")


def test_a_chain_of_proxies_is_one() -> None:
    assert Headers([("X-Forwarded-For", "a"), ("x-forwarded-for", "b, c")])["x-forwarded-for"] == "a,b, c"


def test_values_and_names_are_bounded() -> None:
    headers = Headers(
        [*((f"h{n}", "v") for n in range(1000)), ("x", "a" * 9999), ("x-forwarded-for", "b" * 9999 + "c")]
    )
    assert len(headers.names) == 128
    assert headers["h999"] == "v"
    assert (len(headers["x"]), headers["x-forwarded-for"]) == (4096, "b" * 4095 + "c")


def test_halves_of_pairs_are_replaced() -> None:
    assert Headers([("a", "\ud800b")])["a"] == "�b"
