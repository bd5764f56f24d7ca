from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from guarded import POLICY, Told, asked

from stillwatch.core.request_facts import BodySeen
from stillwatch.faces.gateway.forward_auth import forward_auth, nginx_auth
from stillwatch.faces.gateway.http_message import Answer

CHAT = "/authz/v1/chat/completions"


def test_whom_nothing_is_known_of_is_let_through() -> None:
    told = Told()
    assert forward_auth(told.point, asked(CHAT, x_account="honest")) == Answer(200)
    assert (told.facts.path, told.facts.account_id) == ("/v1/chat/completions", "honest")


def test_a_denial_is_what_the_customer_gets() -> None:
    found = forward_auth(Told().point, asked(CHAT, x_account="closed"))
    assert found.status == 403
    assert json.loads(found.body)["error"]["message"] == (
        "This account is closed. Questions: abuse@lab.example. Reference: d-1."
    )


def test_one_budget_serves_all_accounts_of_an_operator() -> None:
    told = Told()
    statuses = [forward_auth(told.point, asked(CHAT, x_account=one)) for one in ("fleet-1", "fleet-2", "fleet-1")]
    assert [one.status for one in statuses] == [200, 200, 429]
    assert ("retry-after", "30") in statuses[-1].headers


def test_nginx_is_told_in_headers_what_it_would_drop() -> None:
    told = Told()
    for account in ("fleet-1", "fleet-2"):
        assert nginx_auth(told.point, asked("/nginx/v1/messages", x_account=account)).status == 200
    found = nginx_auth(told.point, asked("/nginx/v1/messages", x_account="fleet-1"))
    headers = dict(found.headers)
    assert (found.status, headers["x-stillwatch-status"], headers["retry-after"]) == (403, "429", "30")
    assert json.loads(headers["x-stillwatch-body"])["error"]["type"] == "rate_limit_error"
    assert told.facts.path == "/v1/messages"


def test_a_reason_in_any_language_stays_one_header() -> None:
    policy = POLICY.replace("This account is closed.", "Konto gesperrt: „Missbrauch\\n‟.")
    headers = dict(nginx_auth(Told(policy).point, asked("/nginx/v1/chat", x_account="closed")).headers)
    assert headers["x-stillwatch-body"].isascii()
    assert headers["x-stillwatch-body"].isprintable()
    assert json.loads(headers["x-stillwatch-body"])["error"]["message"].startswith("Konto gesperrt: „Missbrauch\n‟.")


def test_a_request_asked_about_again_is_charged_once() -> None:
    told = Told()
    again = asked(CHAT, x_account="fleet-1", x_request_id="r-1")
    assert [forward_auth(told.point, again).status for _ in range(3)] == [200, 200, 200]
    assert len(told.told) == 1


def test_an_id_that_never_changes_does_not_pay_for_many_requests() -> None:
    told = Told()
    again = asked(CHAT, x_account="fleet-1", x_request_id="always")
    assert [forward_auth(told.point, again).status for _ in range(9)].count(429) >= 3


def test_the_path_stands_behind_ours_or_in_the_gateways_header() -> None:
    told = Told()
    forward_auth(told.point, asked("/authz", x_forwarded_uri="/v1/messages?beta=true"))
    assert told.facts.path == "/v1/messages"
    forward_auth(told.point, asked("/authz/v1/chat", x_forwarded_uri="/elsewhere"))
    assert told.facts.path == "/v1/chat"


def test_no_spelling_of_a_path_escapes_its_rule() -> None:
    policy = POLICY.replace('accounts = ["closed"]', 'accounts = ["closed"]\npaths = ["/v1/chat/*"]')
    for path in (
        "/v1/chat/completions",
        "/v1//chat/completions",
        "/v1/x/../chat/completions",
        "/v1/%63hat/completions",
    ):
        assert forward_auth(Told(policy).point, asked(f"/authz{path}", x_account="closed")).status == 403


def test_a_body_that_was_not_sent_or_sent_in_part_is_said_to_be() -> None:
    told = Told()
    body = b'{"model": "m", "logprobs": true, "messages": [{"role": "us'
    forward_auth(told.point, asked(CHAT, body=body, x_envoy_auth_partial_body="true"))
    assert (told.facts.model, told.facts.body_seen, told.last.degraded) == ("m", BodySeen.PARTIAL, ("body: partial",))
    forward_auth(told.point, asked(CHAT, body=body, is_whole=False))
    assert told.last.degraded == ("body: partial",)
    forward_auth(told.point, asked(CHAT))
    assert told.last.degraded == ("body: none",)
    forward_auth(told.point, asked(CHAT, body=b'{"model": '))
    assert told.last.degraded == ("body: malformed",)


def test_obligations_go_on_to_whoever_can_carry_them_out() -> None:
    found = forward_auth(Told().point, asked(CHAT, x_account="trimmed"))
    assert found == Answer(
        200,
        (("x-stillwatch-applied", "trim"), ("x-stillwatch-obligations", "strip_logprobs, max_tokens=256")),
    )


def test_what_cannot_be_decided_on_is_answered_as_the_policy_declares() -> None:
    for on_failure, status in (("allow", 200), ("deny", 403)):
        told = Told(POLICY.replace('on_failure = "allow"', f'on_failure = "{on_failure}"'))
        told.point.identity = None  # type: ignore[assignment]  # reading the request raises
        assert forward_auth(told.point, asked(CHAT)).status == status
        assert told.last.degraded == ("failed: AttributeError",)
        assert told.last.on_failure == on_failure
