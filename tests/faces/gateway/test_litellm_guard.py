"""The guardrail in a LiteLLM proxy that runs, asked by the clients that customers use."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest
from anthropic import Anthropic
from litellm_proxy import PYTHON, LiteLLMProxy
from mock_replies import Answer
from openai import APIStatusError, OpenAI, PermissionDeniedError, RateLimitError

from guard_rows import row
from stillwatch.guard.build_standings import build
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mock_upstream import MockUpstream

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason=f"LiteLLM is not installed in {PYTHON.parents[1]}; `make test` installs it"
)

POLICY = """
version = "{version}"
mode = "{mode}"
on_failure = "allow"
contact = "abuse@lab.example"

[[rule]]
name = "operators"
roles = ["operator"]
respond = "block"
reason = "This account is closed."

[[rule]]
name = "slow"
accounts = ["slow"]
respond = "throttle"
requests_per_minute = 6
burst = 1
per = "account"

[[rule]]
name = "dear"
accounts = ["dear"]
respond = "throttle"
tokens_per_minute = 10
burst = 10
per = "account"

[[rule]]
name = "trimmed"
accounts = ["trimmed"]
respond = "trim"
strip_logprobs = true
max_choices = 1
max_tokens = 2

[[rule]]
name = "unseen"
accounts = ["unseen"]
respond = "withhold_reasoning"

[[rule]]
name = "marked"
accounts = ["marked"]
respond = "tag"
tags = ["wm-1"]
is_visible = true

[[rule]]
name = "elsewhere"
accounts = ["elsewhere"]
respond = "route"
to = "small"
is_visible = true

[[rule]]
name = "pooled"
foreign_reasoning = ["account"]
respond = "block"
reason = "This reasoning was made for somebody else."
"""
USUAL = POLICY.format(version="1", mode="enforce")
ASKED: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
THOUGHTFUL = Answer(thoughts=("Let me", " think"), signature="signed-by-the-engine")
SOON_S = 2.0


def table(*accounts: str) -> bytes:
    now = datetime.now(UTC)
    return build([row(one, since=now, expires_at=now + timedelta(days=1)) for one in accounts], seed=5)


@pytest.fixture(scope="module")
def proxy(shared_upstream: MockUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiteLLMProxy]:
    with LiteLLMProxy(tmp_path_factory.mktemp("litellm"), shared_upstream.url, USUAL, table("closed")) as started:
        yield started


def client(proxy: LiteLLMProxy, account: str) -> OpenAI:
    return OpenAI(base_url=f"{proxy.url}/v1", api_key=f"sk-{account}", max_retries=0)


def claude(proxy: LiteLLMProxy, account: str) -> Anthropic:
    return Anthropic(base_url=proxy.url, api_key=f"sk-{account}", max_retries=0)


def becomes_true(question: Callable[[], bool]) -> bool:
    until = time.monotonic() + SOON_S
    while not question() and time.monotonic() < until:
        time.sleep(0.05)
    return question()


def is_refused(proxy: LiteLLMProxy, account: str) -> bool:
    try:
        client(proxy, account).chat.completions.create(**ASKED)
    except APIStatusError:
        return True
    return False


def test_whoever_is_not_known_is_let_through_unchanged(proxy: LiteLLMProxy, upstream: MockUpstream) -> None:
    upstream.answer = THOUGHTFUL
    asked = {"logprobs": True, "top_logprobs": 2, "n": 2}
    raw = client(proxy, "a-1").chat.completions.with_raw_response.create(**ASKED, **asked)
    reply = raw.parse()
    assert [choice.message.content for choice in reply.choices] == ["Hello there, friend."] * 2
    assert reply.choices[1].logprobs is not None
    assert reply.choices[0].message.reasoning_content == "Let me think"  # type: ignore[attr-defined]
    assert upstream.asked[-1].body == ASKED | asked
    assert not [name for name in raw.headers if name.startswith("x-stillwatch")]


def test_an_operator_is_refused_with_a_reason_and_a_reference_on_each_route(
    proxy: LiteLLMProxy, upstream: MockUpstream
) -> None:
    openai, anthropic = client(proxy, "closed"), claude(proxy, "closed")
    calls: tuple[Callable[[], Any], ...] = (
        lambda: openai.chat.completions.create(**ASKED),
        lambda: openai.chat.completions.create(**ASKED, stream=True),
        lambda: openai.responses.create(model="m", input="Hi"),
        lambda: openai.embeddings.create(model="m", input="Hi"),
        lambda: anthropic.messages.create(**ASKED | {"model": "claude"}, max_tokens=9),
    )
    found = [_error_of(call) for call in calls]
    assert {error.status_code for error in found} == {403}
    for error in found:
        assert isinstance(error.body, dict)
        inner = error.body.get("error", error.body)
        reference = error.response.headers["x-stillwatch-decision"]
        assert inner["message"] == f"This account is closed. Questions: abuse@lab.example. Reference: {reference}."
        assert inner["type"] == "permission_error"
    assert len({error.response.headers["x-stillwatch-decision"] for error in found}) == len(calls)
    assert upstream.asked == []


def _error_of(call: Callable[[], Any]) -> APIStatusError:
    try:
        call()
    except Exception as error:  # noqa: BLE001  # of either library
        return error  # type: ignore[return-value]
    raise AssertionError("it was let through")


def test_a_throttled_account_is_told_when_to_come_back(proxy: LiteLLMProxy, upstream: MockUpstream) -> None:
    slow = client(proxy, "slow")
    slow.chat.completions.create(**ASKED)
    with pytest.raises(RateLimitError) as told:
        slow.chat.completions.create(**ASKED, extra_headers={"x-litellm-call-id": "mine"})
    assert 1 <= int(told.value.response.headers["retry-after"]) <= 10
    assert told.value.response.headers["x-stillwatch-decision"]
    assert len(upstream.asked) == 1
    message = _error_of(lambda: claude(proxy, "slow").messages.create(**ASKED | {"model": "claude"}, max_tokens=9))
    assert (message.status_code, message.body["error"]["type"]) == (429, "rate_limit_error")  # type: ignore[index]
    assert message.response.headers["retry-after"]


def test_the_tokens_of_a_stream_are_booked_when_it_is_over(proxy: LiteLLMProxy, upstream: MockUpstream) -> None:
    assert len(list(client(proxy, "dear").chat.completions.create(**ASKED, stream=True))) > 3
    assert becomes_true(lambda: is_refused(proxy, "dear"))
    assert upstream.asked


def test_trimmed_is_what_goes_to_the_model_and_what_comes_back(proxy: LiteLLMProxy, upstream: MockUpstream) -> None:
    asked = {"logprobs": True, "top_logprobs": 2, "n": 3, "max_tokens": 100}
    raw = client(proxy, "trimmed").chat.completions.with_raw_response.create(**ASKED, **asked)
    reply = raw.parse()
    assert upstream.asked[-1].body == ASKED | {"n": 1, "max_tokens": 2}
    assert [(choice.message.content, choice.logprobs) for choice in reply.choices] == [("Hello there", None)]
    assert raw.headers["x-stillwatch-applied"] == "trim"
    message = claude(proxy, "trimmed").messages.create(**ASKED | {"model": "claude"}, max_tokens=100)
    assert message.content[0].text == "Hello there"  # type: ignore[union-attr]


def test_reasoning_is_withheld_in_whole_replies_of_each_api(proxy: LiteLLMProxy, upstream: MockUpstream) -> None:
    upstream.answer = THOUGHTFUL
    openai = client(proxy, "unseen")
    chat = openai.chat.completions.with_raw_response.create(**ASKED)
    assert chat.headers["x-stillwatch-applied"] == "withhold_reasoning"
    assert chat.headers["x-litellm-model-id"]
    texts = [
        chat.content,
        openai.responses.with_raw_response.create(model="m", input="Hi").content,
        claude(proxy, "unseen").messages.with_raw_response.create(**ASKED | {"model": "claude"}, max_tokens=9).read(),
    ]
    for text in texts:
        assert b"Hello there, friend." in text
        assert b"Let me" not in text
        assert b"signed-by" not in text


def test_reasoning_is_withheld_in_streams_of_each_api(proxy: LiteLLMProxy, upstream: MockUpstream) -> None:
    upstream.answer = THOUGHTFUL
    openai = client(proxy, "unseen")
    chunks = list(openai.chat.completions.create(**ASKED, stream=True))
    said = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert (said, "Let me" in str(chunks)) == ("Hello there, friend.", False)
    events = list(openai.responses.create(model="m", input="Hi", stream=True))
    assert ("Hello there, friend." in str(events), "Let me" in str(events)) == (True, False)
    with claude(proxy, "unseen").messages.stream(**ASKED | {"model": "claude"}, max_tokens=9) as stream:
        message = stream.get_final_message()
    assert [(block.type, block.text) for block in message.content] == [("text", "Hello there, friend.")]  # type: ignore[union-attr]


def test_log_keeps_what_the_model_said_and_the_clock_of_a_stream_is_the_models(
    proxy: LiteLLMProxy, upstream: MockUpstream
) -> None:
    upstream.answer = Answer(words=("a", "b", "c", "d", "e"), thoughts=("hm",), pause_s=0.1)
    gaps = {}
    for account in ("a-1", "unseen"):
        upstream.sent_at.clear()
        seen = [
            time.perf_counter()
            for chunk in client(proxy, account).chat.completions.create(**ASKED, stream=True)
            if chunk.choices and chunk.choices[0].delta.content
        ]
        gaps[account] = median(one - sent for one, sent in zip(seen, upstream.sent_at[1:6], strict=True))
    assert max(gaps.values()) < 0.09, "chunks come when the next one was sent"
    assert becomes_true(lambda: "unseen" in logged(proxy)[-1]["metadata"]["user_api_key_user_id"])
    assert "hm" in json.dumps(logged(proxy)[-1]["response"])


def logged(proxy: LiteLLMProxy) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (proxy.folder / "logged.jsonl").read_text().splitlines()]


def test_cohorts_are_tags_of_litellm_and_another_model_answers(proxy: LiteLLMProxy, upstream: MockUpstream) -> None:
    client(proxy, "marked").chat.completions.create(**ASKED)
    client(proxy, "elsewhere").chat.completions.create(**ASKED)
    assert [one.body["model"] for one in upstream.asked] == ["m", "small"]
    assert becomes_true(lambda: any("wm-1" in one["request_tags"] for one in logged(proxy)))


def test_signed_reasoning_is_refused_in_other_hands(proxy: LiteLLMProxy, upstream: MockUpstream) -> None:
    upstream.answer = THOUGHTFUL
    first = claude(proxy, "a-1").messages.create(**ASKED | {"model": "claude"}, max_tokens=9)
    handed = [*ASKED["messages"], {"role": "assistant", "content": [one.model_dump() for one in first.content]}]
    again = {"model": "claude", "messages": [*handed, {"role": "user", "content": "Go on"}], "max_tokens": 9}
    claude(proxy, "a-1").messages.create(**again)
    error = _error_of(lambda: claude(proxy, "a-2").messages.create(**again))
    assert (error.status_code, "made for somebody else" in str(error)) == (403, True)


def test_a_newer_table_holds_within_two_seconds_while_the_proxy_runs(
    proxy: LiteLLMProxy, upstream: MockUpstream
) -> None:
    assert not is_refused(proxy, "late")
    write_whole(proxy.standings, table("closed", "late"))
    assert becomes_true(lambda: is_refused(proxy, "late"))
    assert upstream.asked


def test_a_broken_policy_leaves_the_old_one_in_force_and_shadow_changes_nothing(
    proxy: LiteLLMProxy, upstream: MockUpstream
) -> None:
    proxy.policy.write_text(USUAL.replace("mode", "mood"))
    assert becomes_true(lambda: f"{proxy.policy}:3: unknown field 'mood'" in proxy.log.read_text())
    assert "what was read before stays in force" in proxy.log.read_text()
    with pytest.raises(PermissionDeniedError):
        client(proxy, "closed").chat.completions.create(**ASKED)

    upstream.answer = THOUGHTFUL
    proxy.policy.write_text(POLICY.format(version="2", mode="shadow"))
    assert becomes_true(lambda: not is_refused(proxy, "closed"))
    for account in ("closed", "trimmed", "unseen", "slow", "slow"):
        asked = {"logprobs": True, "n": 2, "max_tokens": 3}
        raw = client(proxy, account).chat.completions.with_raw_response.create(**ASKED, **asked)
        assert upstream.asked[-1].body == ASKED | asked
        assert b"Let me think" in raw.content
        assert not [name for name in raw.headers if name.startswith("x-stillwatch")]
    proxy.policy.write_text(USUAL)
    assert becomes_true(lambda: is_refused(proxy, "closed"))
