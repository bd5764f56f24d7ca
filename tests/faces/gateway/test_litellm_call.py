from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import Any

import pytest

from stillwatch.core.identity import Identity
from stillwatch.core.request_facts import RequestFacts
from stillwatch.faces.gateway.litellm_call import (
    TOKEN,
    facts_of_call,
    logged_token,
    logged_tokens,
    metadata_of,
    note,
    prompt_of,
    token_of,
)
from stillwatch.guard.read_request import client_of

HASH = "ab" * 32


def facts(data: dict[str, Any], **auth: Any) -> RequestFacts:
    names = ("api_key", "user_id", "org_id", "team_id", "end_user_id", "request_route")
    known = SimpleNamespace(**dict.fromkeys(names) | auth)
    identity = Identity(trusted_proxies=("10.0.0.0/8",))
    return facts_of_call(known, data, request_id="r-1", at=7.0, identity=identity)


def test_all_that_the_proxy_knows_becomes_facts() -> None:
    own = {
        "user_api_key_hash": HASH,
        "requester_ip_address": "198.51.100.7, 10.0.0.3",
        "user_agent": "probe/1",
        "session_id": "s-1",
    }
    found = facts(
        {"metadata": own},
        user_id="a-1",
        org_id="o-1",
        team_id="t-1",
        end_user_id="e-1",
        request_route="/v1/chat/completions",
    )
    assert found == RequestFacts(
        "r-1",
        7.0,
        account_id="a-1",
        api_key_id=HASH,
        user_id="a-1",
        org_id="o-1",
        team_id="t-1",
        end_user_id="e-1",
        client_address="198.51.100.7",
        client_prefix="198.51.100",
        client=client_of("probe/1", ""),
        path="/v1/chat/completions",
        session_id="s-1",
    )


def test_where_no_user_is_known_the_key_is_the_account_and_never_bare() -> None:
    found = facts({}, api_key="bare", user_id="default_user_id")
    hashed = hashlib.sha256(b"bare").hexdigest()
    assert (found.account_id, found.api_key_id, found.user_id) == (hashed, hashed, "")
    assert facts({}).account_id == ""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"metadata": {"a": 1}}, {"a": 1}),
        ({"metadata": {"a": 1}, "litellm_metadata": {"b": 2}}, {"b": 2}),
        ({"metadata": {"a": 1}, "litellm_metadata": None}, None),
        ({"metadata": None}, None),
        ({}, None),
    ],
)
def test_what_a_caller_can_write_is_never_taken_for_the_proxys_own(
    data: dict[str, Any], expected: dict[str, Any] | None
) -> None:
    assert metadata_of(data) == expected


def test_later_hooks_find_the_decision_and_litellm_the_cohorts() -> None:
    own: dict[str, Any] = {"tags": ["paid"]}
    note(own, "t-1", ("wm-1", "paid"))
    assert own == {"tags": ["paid", "wm-1"], TOKEN: "t-1"}
    assert token_of({"litellm_metadata": own, "metadata": {TOKEN: "forged"}}) == "t-1"
    assert token_of({}) == ""


def test_loggers_are_told_of_the_same_call_and_of_its_tokens() -> None:
    told = {"litellm_params": {"metadata": {TOKEN: "t-1"}, "litellm_metadata": {}}}
    assert logged_token(told | {"standard_logging_object": {"total_tokens": 9}}) == "t-1"
    assert logged_token({"litellm_params": {"litellm_metadata": {TOKEN: "t-2"}, "metadata": {TOKEN: "x"}}}) == "t-2"
    assert logged_token({}) == ""
    assert logged_tokens({"standard_logging_object": {"total_tokens": 9}}) == 9
    assert logged_tokens({"standard_logging_object": None}) == 0


def test_what_the_customer_said_is_system_and_prompt() -> None:
    messages = [{"role": "system", "content": "Be brief"}, {"role": "user", "content": "Hi"}]
    assert prompt_of({"messages": messages}) == "Be brief\nHi"


def test_the_trace_that_the_call_came_in_is_known() -> None:
    headers = {"traceparent": "00-a-b-01", "tracestate": "gw=1"}
    found = facts({"proxy_server_request": {"headers": headers}})
    assert (found.trace_parent, found.trace_state) == ("00-a-b-01", "gw=1")
    assert facts({"proxy_server_request": {"headers": None}}).trace_parent == ""
