"""What belongs to one connection stays on it; what a client says for a guard is not believed."""

from __future__ import annotations

from stillwatch.faces.gateway.proxy_headers import onward, to_client, to_engine

HOP = [
    *(("Connection", "close, X-Own"), ("X-own", "1"), ("Keep-Alive", "timeout=5"), ("Transfer-Encoding", "chunked")),
    *(("TE", "trailers"), ("Trailer", "x"), ("Upgrade", "h2c"), ("Proxy-Authorization", "Basic x")),
]
KEPT = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Id", "7")]


def test_headers_of_the_connection_are_left_out_and_the_rest_keeps_its_order() -> None:
    assert onward([*HOP, *KEPT]) == KEPT


def test_a_request_says_whom_it_is_for_and_where_it_came_from() -> None:
    asked = [("Host", "public"), ("Content-Length", "3"), ("Expect", "100-continue"), ("X-Forwarded-For", "forged")]
    found = to_engine([*asked, ("X-Stillwatch-Tags", "forged"), *KEPT], peer="192.0.2.7", forwarded_for="", host="e:1")
    assert found == [("Host", "e:1"), *KEPT, ("X-Forwarded-For", "192.0.2.7")]


def test_a_trusted_proxy_s_chain_goes_on() -> None:
    assert to_engine([], peer="127.0.0.1", forwarded_for="192.0.2.7", host="e") == [
        ("Host", "e"),
        ("X-Forwarded-For", "192.0.2.7, 127.0.0.1"),
    ]
    assert to_engine([], peer="", forwarded_for="", host="e") == [("Host", "e")]


def test_a_rewritten_reply_tells_nothing_of_the_bytes_that_it_was() -> None:
    told = [("Content-Length", "9"), ("ETag", "x"), ("X-Stillwatch-Applied", "forged"), *KEPT]
    assert to_client(told, is_rewritten=True) == KEPT
    assert to_client(told, is_rewritten=False) == [*told[:2], *KEPT]
