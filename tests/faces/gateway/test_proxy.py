"""The proxy before a mock engine, asked by the real OpenAI and Anthropic clients and by clients that misbehave."""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import anthropic
import openai
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from guarded import POLICY, Told
from mock_replies import Answer
from running_proxy import RawEngine, RunningProxy, read_all, reply

from stillwatch.core.decision import Action
from stillwatch.faces.gateway.obligations_header import TAGS_HEADER
from stillwatch.faces.gateway.proxy_limits import ProxyLimits
from stillwatch.guard.reasoning_bonds import ReasoningBonds
from stillwatch.guard.reply_fields import REASONING_NOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mock_upstream import MockUpstream

RULES = (
    POLICY
    + """
[[rule]]
name = "hidden"
accounts = ["hidden"]
respond = "withhold_reasoning"
if_exposed = "stop"

[[rule]]
name = "noted"
accounts = ["noted"]
respond = "withhold_reasoning"
how = "summarise"

[[rule]]
name = "carried"
foreign_reasoning = ["account"]
respond = "block"

[[rule]]
name = "metered"
accounts = ["metered"]
respond = "throttle"
tokens_per_minute = 12
burst = 12

[[rule]]
name = "marked"
accounts = ["marked"]
respond = "tag"
tags = ["k-1"]
is_visible = true
"""
)
QUICK = ProxyLimits(head_s=0.4, body_s=0.4, idle_s=5.0, stall_s=0.5, largest_body_bytes=4096, largest_head_bytes=2048)
SHORT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}


def told() -> Told:
    found = Told(RULES)
    found.guard._bonds = ReasoningBonds(1024, seed=1)
    return found


@pytest.fixture(scope="module")
def shared_proxy(shared_upstream: MockUpstream) -> Iterator[RunningProxy]:
    with RunningProxy(shared_upstream.url, told=told()) as proxy:
        yield proxy


@pytest.fixture
def proxy(shared_proxy: RunningProxy, upstream: MockUpstream) -> RunningProxy:
    """Before the mock engine, which answers in the usual way."""
    del upstream
    shared_proxy.over.clear()
    return shared_proxy


def of_openai(url: str, account: str = "a") -> openai.OpenAI:
    return openai.OpenAI(
        base_url=url + "/v1", api_key="sk-1", max_retries=0, timeout=10, default_headers={"x-account": account}
    )


def of_anthropic(url: str, account: str = "a") -> anthropic.Anthropic:
    return anthropic.Anthropic(
        base_url=url, api_key="sk-1", max_retries=0, timeout=10, default_headers={"x-account": account}
    )


def posted(body: bytes, *headers: str, path: str = "/v1/chat/completions", close: bool = True) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "host: p", *headers, f"content-length: {len(body)}"]
    lines += ["connection: close"] if close else []
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def soon(is_so: Callable[[], bool]) -> bool:
    """Whether something comes about within a few seconds."""
    end = time.monotonic() + 5
    while not is_so() and time.monotonic() < end:
        time.sleep(0.01)
    return is_so()


# What goes through untouched


def chat_of(client: openai.OpenAI) -> Any:
    return client.chat.completions.create(**SHORT, logprobs=True).model_dump()


def chat_stream_of(client: openai.OpenAI) -> Any:
    return [one.model_dump() for one in client.chat.completions.create(**SHORT, stream=True)]


def completion_of(client: openai.OpenAI) -> Any:
    return client.completions.create(model="m", prompt="Hi").model_dump()


def response_of(client: openai.OpenAI) -> Any:
    with client.responses.stream(model="m", input="Hi") as stream:
        return [repr(one) for one in stream]


@pytest.mark.parametrize("ask", [chat_of, chat_stream_of, completion_of, response_of])
def test_openai_s_client_sees_what_the_engine_says(
    proxy: RunningProxy, upstream: MockUpstream, ask: Callable[[openai.OpenAI], Any]
) -> None:
    upstream.answer = Answer(thoughts=("So", " four"), signature="sig")
    assert ask(of_openai(proxy.url)) == ask(of_openai(upstream.url))
    assert soon(lambda: bool(proxy.over))
    assert (proxy.outcome.status, proxy.outcome.ended) == (200, "whole")


def test_anthropic_s_client_sees_what_the_engine_says(proxy: RunningProxy, upstream: MockUpstream) -> None:
    upstream.answer = Answer(thoughts=("So", " four"), signature="sig")

    def ask(client: anthropic.Anthropic) -> Any:
        whole = client.messages.create(**SHORT, max_tokens=100).model_dump()
        with client.messages.stream(**SHORT, max_tokens=100) as stream:
            return whole, [repr(one) for one in stream]

    assert ask(of_anthropic(proxy.url)) == ask(of_anthropic(upstream.url))


def test_bytes_of_a_stream_are_the_engine_s(proxy: RunningProxy, upstream: MockUpstream) -> None:
    upstream.answer = Answer(thoughts=("So", " four"), signature="sig")
    for path in ("chat/completions", "completions", "responses", "messages"):
        found = []
        for port in (proxy.port, upstream.port):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("POST", f"/v1/{path}", json.dumps(SHORT | {"stream": True}))
            response = connection.getresponse()
            found.append((response.headers["content-type"], response.read()))
            connection.close()
        assert found[0] == found[1]


def test_no_part_of_a_stream_waits_for_the_next_one(proxy: RunningProxy, upstream: MockUpstream) -> None:
    upstream.answer = Answer(words=tuple("abcdefghij"))
    upstream.read = threading.Semaphore(0)
    said = ""
    for chunk in of_openai(proxy.url).chat.completions.create(**SHORT, stream=True):
        said += chunk.choices[0].delta.content or "" if chunk.choices else ""
        upstream.read.release()
    upstream.read.release()  # of the end of the stream, which is no part of it
    assert said == "abcdefghij"


def test_who_leaves_after_the_last_event_has_seen_it_whole(proxy: RunningProxy, upstream: MockUpstream) -> None:
    """As OpenAI's does at `[DONE]`, while the engine has not ended its reply."""
    upstream.answer = Answer(words=("a", "b"))
    upstream.read = threading.Semaphore(0)
    for _ in of_openai(proxy.url).chat.completions.create(**SHORT, stream=True):
        upstream.read.release()
    assert soon(lambda: bool(proxy.over))
    upstream.read.release()
    assert (proxy.outcome.status, proxy.outcome.ended) == (200, "whole")


def test_the_parts_of_a_stream_are_not_delayed(proxy: RunningProxy, upstream: MockUpstream) -> None:
    """The quietest of five streams counts: what the proxy itself adds is in all of them."""
    upstream.answer = Answer(words=tuple("abcdefghij"), pause_s=0.03)
    medians = []
    for _ in range(5):
        upstream.sent_at.clear()
        stream = of_openai(proxy.url).chat.completions.create(**SHORT, stream=True)
        seen_at = [time.perf_counter() for _ in stream]
        medians.append(median(seen - sent for seen, sent in zip(seen_at, upstream.sent_at, strict=False)))
        if medians[-1] < 0.015:
            break
    assert min(medians) < 0.015


def test_paths_queries_and_errors_go_through(proxy: RunningProxy, upstream: MockUpstream) -> None:
    assert [one.id for one in of_openai(proxy.url).models.list()] == ["mock"]
    answer = proxy.raw(b"GET /v1//models/%2e%2E/x%2Fy?a=%20b&&c HTTP/1.1\r\nhost: p\r\nconnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404")
    assert upstream.asked[-1].path == "/v1//models/%2e%2E/x%2Fy?a=%20b&&c"
    upstream.answer = Answer(status=503)
    with pytest.raises(openai.InternalServerError, match="overloaded"):
        of_openai(proxy.url).chat.completions.create(**SHORT)


def test_headers_of_one_connection_stay_on_it_and_ours_are_not_believed() -> None:
    head = ("x-own: 1", "connection: x-own", "x-stillwatch-tags: forged", "authorization: Bearer sk", "x-id: 7")
    answer = reply(b"{}", "keep-alive: timeout=9", "set-cookie: a=1", "set-cookie: b=2", "x-id: 8", "server: engine")
    with RawEngine(answer) as engine, RunningProxy(engine.url) as proxy:
        host = engine.url[7:].encode()
        got = proxy.raw(posted(b"{}", *head, "x-forwarded-for: 192.0.2.1")).partition(b"\r\n\r\n")[0].lower()
    sent = engine.heads[0].lower()
    assert [one for one in (b"x-own", b"x-stillwatch", b"keep-alive") if one in sent] == []
    assert b"authorization: bearer sk" in sent
    assert b"x-forwarded-for: 192.0.2.1, 127.0.0.1" in sent
    assert b"host: " + host in sent
    assert b"timeout=9" not in got
    assert got.count(b"set-cookie") == 2
    assert b"server: engine" in got


def test_a_compressed_reply_is_left_alone() -> None:
    packed = bytes(range(256)) * 4
    with (
        RawEngine(reply(packed, "content-type: application/json", "content-encoding: gzip")) as engine,
        RunningProxy(engine.url, told=told()) as proxy,
    ):
        head, _, body = proxy.raw(posted(b"{}", "accept-encoding: gzip")).partition(b"\r\n\r\n")
        assert b"content-encoding: gzip" in head.lower()
        assert body == packed
        assert b"accept-encoding: gzip" in engine.heads[0].lower()
        answer = proxy.raw(posted(b'{"model": "m"}', "accept-encoding: gzip", "x-account: hidden"))
        assert b"accept-encoding: identity" in engine.heads[1].lower()
        assert answer.startswith(b"HTTP/1.1 502")


def test_uploads_go_through_as_they_come() -> None:
    body = b"--b\r\n" + b"x" * 50_000
    with RawEngine(reply(b"{}")) as engine, RunningProxy(engine.url, limits=QUICK) as proxy:
        assert proxy.raw(posted(body, path="/v1/audio/transcriptions")).startswith(b"HTTP/1.1 200")
        assert proxy.raw(posted(body, path="/v1/audio/../chat/completions")).startswith(b"HTTP/1.1 413")
    assert engine.bodies == [body]


def test_a_client_that_asks_first_is_told_to_go_on(proxy: RunningProxy) -> None:
    body = json.dumps(SHORT).encode()
    request = posted(body, "expect: 100-continue")
    with proxy.connect() as connection:
        connection.sendall(request[: -len(body)])
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert read_all(connection).startswith(b"HTTP/1.1 200")


# What is decided and changed


def test_denials_are_errors_that_clients_know(proxy: RunningProxy, upstream: MockUpstream) -> None:
    with pytest.raises(openai.PermissionDeniedError, match=r"This account is closed.*Reference: d-"):
        of_openai(proxy.url, "closed").chat.completions.create(**SHORT)
    with pytest.raises(anthropic.PermissionDeniedError, match="This account is closed"):
        of_anthropic(proxy.url, "closed").messages.create(**SHORT, max_tokens=9)
    for _ in range(3):
        answer = proxy.raw(posted(b"{}", "x-account: fleet-1"))
    assert answer.startswith(b"HTTP/1.1 429")
    assert b"retry-after" in answer
    assert len(upstream.asked) == 2
    assert (proxy.outcome.status, proxy.outcome.ended) == (429, "denied")


def test_what_was_changed_is_told(proxy: RunningProxy, upstream: MockUpstream) -> None:
    found = of_openai(proxy.url, "trimmed").chat.completions.with_raw_response.create(**SHORT, logprobs=True)
    assert found.headers["x-stillwatch-applied"] == "trim"
    assert found.parse().choices[0].logprobs is None
    assert upstream.asked[-1].body == SHORT | {"max_tokens": 256}


def test_tags_are_told_to_the_engine(proxy: RunningProxy, upstream: MockUpstream) -> None:
    of_openai(proxy.url, "marked").chat.completions.create(**SHORT)
    assert upstream.asked[-1].headers[TAGS_HEADER] == "k-1"
    assert upstream.asked[-1].body == SHORT | {"metadata": {"stillwatch_tags": "k-1"}}


THINKING = Answer(thoughts=("secret", " thought"), signature="hidden-signature")


@pytest.mark.parametrize(("account", "note"), [("hidden", ""), ("noted", REASONING_NOTE)])
def test_reasoning_is_withheld_from_openai_s_client(
    proxy: RunningProxy, upstream: MockUpstream, account: str, note: str
) -> None:
    upstream.answer = THINKING
    client = of_openai(proxy.url, account)
    whole = client.chat.completions.create(**SHORT).choices[0].message
    chunks = [one.choices[0].delta for one in client.chat.completions.create(**SHORT, stream=True)]
    with client.responses.stream(model="m", input="Hi") as stream:
        events = list(stream)
        response = stream.get_final_response()
    assert "secret" not in str((whole, chunks, events, response))
    assert (
        "".join(one.content or "" for one in chunks) == whole.content == response.output_text == "Hello there, friend."
    )
    assert getattr(whole, "reasoning_content", "") == note
    assert [one.type for one in response.output] == (["reasoning", "message"] if note else ["message"])


@pytest.mark.parametrize(("account", "note"), [("hidden", ""), ("noted", REASONING_NOTE)])
def test_reasoning_is_withheld_from_anthropic_s_client(
    proxy: RunningProxy, upstream: MockUpstream, account: str, note: str
) -> None:
    upstream.answer = THINKING
    client = of_anthropic(proxy.url, account)
    whole = client.messages.create(**SHORT, max_tokens=100)
    with client.messages.stream(**SHORT, max_tokens=100) as stream:
        events = list(stream)
        streamed = stream.get_final_message()
    assert "secret" not in str((whole, events, streamed))
    assert "hidden-signature" not in str((whole, events, streamed))
    assert [one.to_dict() for one in streamed.content] == [one.to_dict() for one in whole.content]
    assert [one.type for one in whole.content] == (["thinking", "text"] if note else ["text"])
    assert streamed.usage.output_tokens == whole.usage.output_tokens


def test_a_stream_that_exposes_withheld_reasoning_is_held(proxy: RunningProxy, upstream: MockUpstream) -> None:
    thoughts = tuple(f"thought{number} " for number in range(60))
    upstream.answer = Answer(thoughts=thoughts, words=thoughts)
    chunks = list(of_openai(proxy.url, "hidden").chat.completions.create(**SHORT, stream=True))
    assert chunks[-1].choices[0].finish_reason == "content_filter"
    assert "thought40" not in str(chunks)
    assert soon(lambda: bool(proxy.over))
    assert proxy.outcome.is_exposed
    with of_anthropic(proxy.url, "hidden").messages.stream(**SHORT, max_tokens=100) as stream:
        assert stream.get_final_message().stop_reason == "refusal"
    with pytest.raises(openai.BadRequestError, match="held back"):
        of_openai(proxy.url, "hidden").chat.completions.create(**SHORT)


def test_reasoning_in_other_hands_is_refused(proxy: RunningProxy, upstream: MockUpstream) -> None:
    upstream.answer = Answer(thoughts=("So",), signature="c2lnbmVk")
    with of_anthropic(proxy.url, "first").messages.stream(**SHORT, max_tokens=100) as stream:
        content = [one.to_dict() for one in stream.get_final_message().content]
    turn: Any = [*SHORT["messages"], {"role": "assistant", "content": content}, {"role": "user", "content": "Go on"}]
    assert soon(lambda: bool(proxy.over))
    of_anthropic(proxy.url, "first").messages.create(model="m", messages=turn, max_tokens=9)
    with pytest.raises(anthropic.PermissionDeniedError):
        of_anthropic(proxy.url, "second").messages.create(model="m", messages=turn, max_tokens=9)


@pytest.mark.parametrize("is_stream", [True, False])
def test_tokens_are_booked_when_the_reply_is_over(proxy: RunningProxy, upstream: MockUpstream, is_stream: bool) -> None:
    del upstream
    proxy.told.guard.guarded.budgets.__init__(64)  # type: ignore[misc]  # whole again
    body = json.dumps(SHORT | {"stream": is_stream, "stream_options": {"include_usage": True}}).encode()
    assert proxy.raw(posted(body, "x-account: metered")).startswith(b"HTTP/1.1 200")
    assert soon(lambda: bool(proxy.over))
    assert proxy.outcome.tokens == 14
    assert proxy.raw(posted(body, "x-account: metered")).startswith(b"HTTP/1.1 429")


# What goes wrong


def test_an_engine_that_dies_in_the_middle_is_seen_to_have_died(proxy: RunningProxy, upstream: MockUpstream) -> None:
    """It dies when the client has what it sent before, which else may be lost with it."""
    upstream.answer = Answer(dies_after=2)
    upstream.read = threading.Semaphore(0)
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
    connection.request("POST", "/v1/chat/completions", json.dumps(SHORT | {"stream": True}))
    reply = connection.getresponse()
    read_events(reply.read1, 2, upstream.read)
    with pytest.raises(http.client.IncompleteRead):
        reply.read()
    connection.close()
    assert soon(lambda: bool(proxy.over))
    assert proxy.outcome.ended == "engine died"
    with proxy.connect() as client:
        client.sendall(posted(json.dumps(SHORT | {"stream": True}).encode()))
        answer = read_events(client.recv, 2, upstream.read) + read_all(client)
    assert b"friend" not in answer
    assert b"Hello" in answer
    assert not answer.endswith(b"0\r\n\r\n")


def read_events(read: Callable[[int], bytes], count: int, told: threading.Semaphore) -> bytes:
    """Read so many events of a stream, and tell the model of each."""
    data, seen = b"", 0
    while seen < count:
        data += read(65_536)
        found = min(count, data.count(b"}\n\n"))
        for _ in range(found - seen):
            told.release()
        seen = found
    return data


@pytest.mark.parametrize("account", ["a", "hidden"])
def test_an_engine_that_is_gone_is_told_so_and_asked_once(account: str) -> None:
    with RawEngine(b"") as engine, RunningProxy(engine.url, told=told()) as proxy:
        for client in (of_openai(proxy.url, account).chat.completions, of_anthropic(proxy.url, account).messages):
            with pytest.raises(
                (openai.InternalServerError, anthropic.InternalServerError), match="could not be reached"
            ):
                client.create(**SHORT, max_tokens=9)  # type: ignore[attr-defined]
        assert [one[2].ended for one in proxy.over] == ["engine failed"] * 2
        assert len(engine.heads) == 2


def test_an_engine_that_says_nothing_is_given_up(upstream: MockUpstream) -> None:
    upstream.answer = Answer(pause_s=1.0)
    with RunningProxy(upstream.url, limits=ProxyLimits(engine_s=0.2)) as proxy:
        assert proxy.raw(posted(b"{}")).startswith(b"HTTP/1.1 504")


def test_the_engine_s_work_ends_when_the_client_goes_away(proxy: RunningProxy, upstream: MockUpstream) -> None:
    upstream.answer = Answer(words=("word",) * 500, pause_s=0.02)
    with proxy.connect() as connection:
        connection.sendall(posted(json.dumps(SHORT | {"stream": True}).encode()))
        assert b"word" in connection.recv(65_536) + connection.recv(65_536)
    assert soon(lambda: upstream.left == 1)
    assert soon(lambda: bool(proxy.over))
    assert (proxy.outcome.status, proxy.outcome.ended) == (200, "client left")


@pytest.mark.parametrize("begun", [b"", b"POST /v1/chat/completions HT", posted(b"x" * 10)[:-5]])
def test_clients_that_take_their_time_are_let_go(upstream: MockUpstream, begun: bytes) -> None:
    """Half-open connections, and slow-loris in the head and in the body."""
    with RunningProxy(upstream.url, limits=QUICK) as proxy, proxy.connect() as connection:
        began_at = time.monotonic()
        connection.sendall(begun)
        answer = read_all(connection)
        assert 0.2 < time.monotonic() - began_at < 4
        assert answer == b"" or answer.startswith(b"HTTP/1.1 408")
    assert upstream.asked == []


def test_a_head_that_trickles_in_is_let_go(upstream: MockUpstream) -> None:
    with RunningProxy(upstream.url, limits=QUICK) as proxy, proxy.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        deadlines = proxy.proxy.deadlines
        assert deadlines is not None
        for _ in range(100):
            if deadlines.ended:
                break
            connection.sendall(b"x: y\r\n")
            time.sleep(0.02)
        assert deadlines.ended == 1


def test_a_client_that_reads_nothing_is_let_go() -> None:
    with (
        RawEngine(reply(b"x" * 30_000_000)) as engine,
        RunningProxy(engine.url, limits=QUICK) as proxy,
        proxy.connect() as connection,
    ):
        connection.sendall(posted(b"{}"))
        assert soon(lambda: bool(proxy.over))
        assert proxy.outcome.ended == "client left"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (posted(b"{}", "x: " + "y" * 5000), b"400"),
        (posted(b"{}", *(f"x-{number}: y" for number in range(3000))), b"400"),
        (posted(b"{}", path="/" + "y" * 5000), b"400"),
        (posted(b"x" * 5000), b"413"),
        (posted(b"{}", "content-encoding: gzip"), b"415"),
        (b"GET /v1/realtime HTTP/1.1\r\nhost: p\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n", b"501"),
        (b"CONNECT h:1 HTTP/1.1\r\nhost: p\r\n\r\n", b"40"),
        (b"GET http://elsewhere.example/ HTTP/1.1\r\nhost: p\r\nconnection: close\r\n\r\n", b"400"),
        (posted(b"{}", "transfer-encoding: chunked"), b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"400"),
    ],
)
def test_what_is_no_request_for_us_is_refused(upstream: MockUpstream, request_bytes: bytes, status: bytes) -> None:
    with RunningProxy(upstream.url, limits=QUICK) as proxy, proxy.connect() as connection:
        connection.sendall(request_bytes)
        assert connection.recv(100).partition(b" ")[2].startswith(status)
    assert upstream.asked == []


def test_a_body_in_chunks_is_bounded_too(upstream: MockUpstream) -> None:
    request = posted(b"", "transfer-encoding: chunked").replace(b"content-length: 0\r\n", b"")
    chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
    with RunningProxy(upstream.url, limits=QUICK) as proxy:
        assert proxy.raw(request + chunk * 5).startswith(b"HTTP/1.1 413")
        assert proxy.raw(request + chunk * 2 + b"0\r\n\r\n").startswith(b"HTTP/1.1 200")
    assert len(upstream.asked[0].raw) == 2048


def test_malformed_json_is_decided_as_declared_and_counted(proxy: RunningProxy, upstream: MockUpstream) -> None:
    proxy.raw(posted(b'{"model": '))
    assert proxy.told.last.action is Action.ALLOW
    assert proxy.told.last.degraded == ("body: malformed",)
    assert upstream.asked[-1].raw == b'{"model": '
    assert proxy.raw(posted(b'{"model": ', "x-account: hidden")).startswith(b"HTTP/1.1 400")


def test_more_connections_than_are_served_are_closed_at_once(upstream: MockUpstream) -> None:
    with RunningProxy(upstream.url, limits=ProxyLimits(most_connections=2)) as proxy:
        held = [proxy.connect() for _ in range(2)]
        assert soon(lambda: len(proxy.proxy.deadlines.connections) == 2)  # type: ignore[union-attr]
        assert proxy.raw(posted(b"{}")) == b""
        for connection in held:
            connection.close()
        assert soon(lambda: not proxy.proxy.deadlines.connections)  # type: ignore[union-attr]
        assert proxy.raw(posted(b"{}")).startswith(b"HTTP/1.1 200")
