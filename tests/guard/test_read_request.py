"""A gateway's request becomes facts, whatever it is made of."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.identity import Identity
from stillwatch.core.request_facts import BodySeen, RequestFacts
from stillwatch.guard.read_request import client_of, facts_of, facts_of_body
from stillwatch.guard.template_keys import TemplateKeys
from stillwatch.wire.headers import Headers

BODY = {"model": "m-1", "messages": [{"role": "user", "content": "Why is the sky blue at noon and red at dusk?"}]}


def read(body: bytes | None = None, headers: dict[str, str] | None = None, **other: Any) -> RequestFacts:
    usual: dict[str, Any] = {
        "request_id": "r-1",
        "at": 5.0,
        "path": "/v1/chat/completions?x=1",
        "peer": "127.0.0.1",
        "is_whole": True,
        "identity": Identity(account_header="x-account", organisation_header="x-org", tls_header="x-ja4"),
        "templates": None,
    }
    return facts_of(body=body, headers=Headers((headers or {}).items()), **usual | other)


def test_headers_and_body_together() -> None:
    body = json.dumps(
        BODY | {"logprobs": True, "n": 3, "max_tokens": 50, "stream": True, "user": "u-1", "reasoning_effort": "high"}
    ).encode()
    headers = {
        "Authorization": "bearer sk-1",
        "X-Account": "a-1",
        "x-org": "o-1",
        "x-forwarded-for": "192.0.2.7",
        "user-agent": "probe/1",
        "x-ja4": "t13d",
    }
    templates = TemplateKeys(3)
    assert read(body, headers, templates=templates) == RequestFacts(
        request_id="r-1",
        at=5.0,
        account_id="a-1",
        api_key_id=hashlib.sha256(b"sk-1").hexdigest(),
        org_id="o-1",
        end_user_id="u-1",
        client_address="192.0.2.7",
        client_prefix="192.0.2",
        client=client_of("probe/1", "authorization,x-account,x-org,x-forwarded-for,user-agent,x-ja4", "t13d"),
        path="/v1/chat/completions",
        model="m-1",
        templates=TemplateKeys(3).of(BODY["messages"][0]["content"], None).keys,  # type: ignore[index]
        wants_logprobs=True,
        wants_reasoning=True,
        choices=3,
        max_tokens=50,
        is_stream=True,
        body_seen=BodySeen.WHOLE,
        size_bytes=len(body),
    )


def test_what_a_client_may_forge_is_not_believed_of_it() -> None:
    headers = {"x-account": "a-1", "x-org": "o-1", "x-ja4": "t", "x-forwarded-for": "192.0.2.7", "traceparent": "00"}
    facts = read(b"", headers, peer="203.0.113.9")
    assert (facts.account_id, facts.org_id, facts.client_address) == ("", "", "203.0.113.9")
    assert facts.client == client_of("", "x-account,x-org,x-ja4,x-forwarded-for,traceparent")
    assert facts.trace_parent == ""


def test_a_unix_socket_is_the_operators_own() -> None:
    found = read(b"", {"x-account": "a-1", "traceparent": "00-a-b-01", "tracestate": "gw=1"}, peer="")
    assert (found.account_id, found.trace_parent, found.trace_state) == ("a-1", "00-a-b-01", "gw=1")


@pytest.mark.parametrize(
    ("body", "is_whole", "content_type", "seen"),
    [
        (None, True, "", BodySeen.NONE),
        (b"", True, "", BodySeen.NONE),
        (b'{"model": "m"}', True, "", BodySeen.WHOLE),
        (b'{"model": "m", "mess', False, "", BodySeen.PARTIAL),
        (b'{"model": "m", "mess', True, "application/json", BodySeen.MALFORMED),
        (b"--x\r\n", True, "multipart/form-data; boundary=x", BodySeen.NONE),
        (b'{"model": "m"}', True, "multipart/form-data", BodySeen.WHOLE),
        (b"[1, 2]", True, "application/json", BodySeen.MALFORMED),
        (b"[" * 200_000, True, "application/json", BodySeen.MALFORMED),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, True, "application/json", BodySeen.MALFORMED),
        (b"\xff\xfe", True, "application/json", BodySeen.MALFORMED),
    ],
)
def test_how_much_of_a_body_was_seen(body: bytes | None, is_whole: bool, content_type: str, seen: BodySeen) -> None:
    assert read(body, {"content-type": content_type}, is_whole=is_whole).body_seen is seen


def test_of_a_body_in_part_the_newest_turn_is_unknown() -> None:
    body = json.dumps({"system": "Be brief.", **BODY, "messages": [*BODY["messages"], {"role": "user"}]}).encode()  # type: ignore[misc]
    keys = TemplateKeys(3)
    facts = read(body[:-20], templates=keys, is_whole=False)
    assert facts.templates == keys.of(None, "Be brief.").keys
    assert facts.model == "m-1"


def test_no_text_is_longer_than_bounded_or_holds_half_a_pair() -> None:
    body = json.dumps({"model": "\ud800" + "m" * 5000, "user": "u" * 5000, "messages": "\udfff"}).encode()
    facts = read(body, {"x-account": "a" * 9000, "user-agent": "\ud800"}, path="/\udfff" + "p" * 9000)
    texts = [one for one in facts if isinstance(one, str)]
    assert [one for one in texts if one.encode() and len(one) > 2000] == []
    assert facts.model == "�" + "m" * 511


def test_a_decoded_body_adds_to_what_is_known() -> None:
    facts = RequestFacts("r-1", 5.0, account_id="a-1", model="alias", end_user_id="u-0")
    found = facts_of_body(facts, BODY | {"user": "u-1"}, identity=Identity(), templates=None)
    assert found == facts._replace(body_seen=BodySeen.WHOLE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("role", "content", "type", "text", "user", "id", "name", "signature", "messages"))
            | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    (
        *("model", "messages", "input", "system", "n", "logprobs", "max_tokens", "metadata", "user", "thinking"),
        *("include", "generationConfig", "conversation", "prompt", "contents", "stream", "options"),
    )
)


@given(st.dictionaries(FIELDS, JSON, max_size=6), st.integers(0, 400), st.booleans())
def test_no_body_raises(body: dict[str, Any], cut: int, is_whole: bool) -> None:
    text = json.dumps(body).encode()
    facts = read(text[:cut] or text, templates=TemplateKeys(1), is_whole=is_whole)
    assert facts.size_bytes > 0


@given(st.binary(max_size=200), st.lists(st.tuples(st.text(max_size=9), st.text(max_size=99))), st.text(max_size=30))
def test_no_bytes_raise(body: bytes, headers: list[tuple[str, str]], peer: str) -> None:
    facts = read(body, dict(headers), peer=peer)
    assert [one.encode() for one in facts if isinstance(one, str)]
