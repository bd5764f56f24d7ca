"""The middleware in a server that runs, asked by the clients that customers use."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPResponse
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest
from anthropic import Anthropic
from asgi_server import AsgiServer
from guarded import Told
from mock_replies import Answer
from openai import OpenAI, PermissionDeniedError, RateLimitError

from stillwatch.core.served_mark import Carries
from stillwatch.faces.gateway.asgi_middleware import GuardMiddleware
from stillwatch.faces.gateway.open_point import SETTINGS_VARIABLE
from stillwatch.logs.formats.stillwatch_exchange import FORMAT
from stillwatch.service.attribution.read_served import read_served
from stillwatch.service.guarding.exchange_log import Exchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SERVED = """
import sys
import uvicorn
from stillwatch.faces.gateway.asgi_middleware import GuardMiddleware

async def application(scope, receive, send):
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b"{}"})

uvicorn.run(GuardMiddleware(application, sys.argv[1]), port=int(sys.argv[2]), lifespan="off")
"""
DEPLOYED = {
    "at": "2026-11-16T00:00:00+00:00",
    "engine": "vllm",
    "release": "0.33",
    "models": ["m"],
    "scheme": "vllm_gumbel",
    "parameters": {"context_width": 2},
    "label": "global/2026-11-16",
    "key_id": "0badcafe",
    "leaf": 4,
    "tokenizer_sha256": "",
}
POLICY = """
version = "1"
mode = "enforce"
on_failure = "allow"
{rules}
"""
RULES = """
[[rule]]
name = "closed"
accounts = ["closed"]
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
if_exposed = "stop"
[[rule]]
name = "marked"
accounts = ["marked"]
respond = "tag"
tags = ["wm-1"]
is_visible = true
"""
ASKED: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
THOUGHTFUL = Answer(thoughts=("Let me", " think"), signature="signed")
LARGEST = 100_000


@pytest.fixture(scope="module")
def told() -> Told:
    return Told(POLICY.format(rules=RULES))


@pytest.fixture(scope="module")
def running(told: Told) -> Iterator[AsgiServer]:
    with AsgiServer(told.point, largest_body_bytes=LARGEST) as server:
        yield server


@pytest.fixture
def server(running: AsgiServer) -> AsgiServer:
    running.answer = Answer()
    assert running.is_idle()
    running.left = 0
    running.asked.clear()
    running.sent_at.clear()
    return running


def client(server: AsgiServer, account: str, **headers: str) -> OpenAI:
    return OpenAI(
        base_url=f"{server.url}/v1", api_key="k", max_retries=0, default_headers={"x-account": account, **headers}
    )


def post(server: AsgiServer, path: str, body: Any, account: str = "a-1", **headers: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    is_chunked = "transfer-encoding" in named
    connection.request("POST", path, body, {"x-account": account} | named, encode_chunked=is_chunked)
    return connection.getresponse()


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_whoever_is_not_known_goes_through_unchanged(server: AsgiServer) -> None:
    server.answer = THOUGHTFUL
    asked = {"logprobs": True, "top_logprobs": 2, "n": 2}
    raw = client(server, "a-1", x_stillwatch_tags="forged").chat.completions.with_raw_response.create(**ASKED, **asked)
    path, headers, body = server.asked[-1]
    assert (path, body) == ("/v1/chat/completions", ASKED | asked)
    assert raw.parse().choices[1].logprobs is not None
    assert b"Let me think" in raw.content
    assert not [name for name in (*raw.headers, *headers) if name.startswith("x-stillwatch")]


def test_a_refusal_comes_before_the_servers_own_keys_and_on_paths_without(server: AsgiServer) -> None:
    with pytest.raises(PermissionDeniedError) as denied:
        client(server, "closed").chat.completions.create(**ASKED, stream=True)
    body = denied.value.body
    assert isinstance(body, dict)
    reference = denied.value.response.headers["x-stillwatch-decision"]
    assert body["message"] == f"This account is closed. Reference: {reference}."
    assert post(server, "/pooling", json.dumps(ASKED), "closed").status == 403
    assert post(server, "/v1/messages", json.dumps(ASKED), "closed").status == 403
    assert json.load(post(server, "/v1/messages", json.dumps(ASKED), "closed"))["type"] == "error"
    assert post(server, "/not/there", b"{}", "closed").status == 403
    assert server.asked == []
    assert post(server, "/v1/chat/completions", json.dumps(ASKED)).status == 401


def test_what_has_no_body_is_no_exchange(server: AsgiServer, told: Told) -> None:
    before = len(told.told)
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/health", headers={"x-account": "closed"})
    assert connection.getresponse().status == 200
    assert len(told.told) == before


def test_a_throttled_account_is_told_when_to_come_back(server: AsgiServer) -> None:
    slow = client(server, "slow")
    slow.chat.completions.create(**ASKED)
    with pytest.raises(RateLimitError) as refused:
        slow.chat.completions.create(**ASKED, extra_headers={"x-request-id": "mine"})
    assert refused.value.response.headers["retry-after"] == "10"
    assert len(server.asked) == 1


@pytest.mark.parametrize("stream", [False, True])
def test_tokens_are_booked_when_the_reply_is_over(server: AsgiServer, told: Told, *, stream: bool) -> None:
    told.at += 3600
    found = client(server, "dear").chat.completions.create(**ASKED, stream=stream)
    if stream:
        assert len(list(found)) > 3
    until = time.monotonic() + 2
    while post(server, "/pooling", json.dumps(ASKED), "dear").status != 429:
        assert time.monotonic() < until


def test_a_request_that_is_trimmed_is_as_long_as_it_says(server: AsgiServer) -> None:
    asked = {"logprobs": True, "top_logprobs": 2, "n": 3, "max_tokens": 100}
    raw = client(server, "trimmed").chat.completions.with_raw_response.create(**ASKED, **asked)
    _, headers, body = server.asked[-1]
    assert body == ASKED | {"n": 1, "max_tokens": 2}
    assert int(headers["content-length"]) == len(json.dumps(body, separators=(",", ":")))
    assert [choice.message.content for choice in raw.parse().choices] == ["Hello there"]
    assert raw.headers["x-stillwatch-applied"] == "trim"
    assert int(raw.headers["content-length"]) == len(raw.content)


def test_reasoning_is_withheld_whole_and_in_streams(server: AsgiServer) -> None:
    server.answer = THOUGHTFUL
    openai = client(server, "unseen")
    anthropic = Anthropic(base_url=server.url, api_key="k", max_retries=0, default_headers={"x-account": "unseen"})
    anthropic = anthropic.with_options(default_headers={"x-account": "unseen", "authorization": "Bearer k"})
    for raw in (
        openai.chat.completions.with_raw_response.create(**ASKED),
        openai.responses.with_raw_response.create(model="m", input="Hi"),
    ):
        assert (b"Hello there, friend." in raw.content, b"Let me" in raw.content) == (True, False)
        assert int(raw.headers["content-length"]) == len(raw.content)
    chunks = str(list(openai.chat.completions.create(**ASKED, stream=True)))
    assert (" there" in chunks, "Let me" in chunks) == (True, False)
    with anthropic.messages.stream(**ASKED, max_tokens=9) as stream:
        assert [block.type for block in stream.get_final_message().content] == ["text"]


def test_a_reply_that_cannot_be_vouched_for_is_not_passed_on(server: AsgiServer) -> None:
    server.answer = Answer(status=500)
    assert json.load(post(server, "/pooling", json.dumps(ASKED), "unseen"))["error"]["message"] == (
        "The model's reply could not be read."
    )
    assert post(server, "/pooling", json.dumps(ASKED), "a-1").read() == b"<html>"


def test_a_stream_that_exposes_what_is_withheld_is_ended_and_the_model_stops(server: AsgiServer) -> None:
    thought = "So what is asked is a train. " + " ".join(f"Line {n} leaves at {n}." for n in range(30))
    server.answer = Answer(thoughts=(thought,), words=("Hm. ", thought, *["more"] * 500), pause_s=0.01)
    chunks = list(client(server, "unseen").chat.completions.create(**ASKED, stream=True))
    assert chunks[-1].choices[0].finish_reason == "content_filter"
    assert "Line 7 leaves" not in str(chunks)
    until(lambda: server.left == 1)
    assert len(server.sent_at) < 400


@pytest.mark.parametrize("account", ["a-1", "unseen"])
def test_chunks_of_a_stream_are_not_held(server: AsgiServer, account: str) -> None:
    """The quietest of five streams counts: what the guard itself adds is in all of them."""
    server.answer = Answer(words=("a", "b", "c", "d", "e"), thoughts=("hm",), pause_s=0.1)
    medians = []
    for _ in range(5):
        late = [
            time.perf_counter() - server.sent_at[-1]
            for chunk in client(server, account).chat.completions.create(**ASKED, stream=True)
            if chunk.choices and chunk.choices[0].delta.content
        ]
        medians.append(median(late))
        if medians[-1] < 0.05:
            break
    assert min(medians) < 0.05


def test_the_model_learns_that_a_client_went_away(server: AsgiServer) -> None:
    server.answer = Answer(words=("word",) * 500, pause_s=0.01)
    stream = client(server, "unseen").chat.completions.create(**ASKED, stream=True)
    next(iter(stream))
    stream.close()
    until(lambda: server.left == 1)


def test_a_client_that_leaves_in_the_middle_of_its_body_asks_nothing(server: AsgiServer, told: Told) -> None:
    before = len(told.told)
    with socket.create_connection(("127.0.0.1", server.port)) as half:
        half.sendall(b"POST /pooling HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
        time.sleep(0.1)
    assert post(server, "/pooling", json.dumps(ASKED)).status == 200
    assert (len(server.asked), len(told.told)) == (1, before + 1)


def test_a_body_that_is_too_long_is_refused_and_one_that_cannot_be_read_is_not_changed(server: AsgiServer) -> None:
    assert post(server, "/v1/messages", b"x" * (LARGEST + 1)).status == 413
    assert post(server, "/pooling", b"{not json", "trimmed").status == 400
    chunked = post(server, "/pooling", iter([b'{"model"', b': "m"}']), transfer_encoding="chunked")
    assert (chunked.status, server.asked[-1][2]) == (200, {"model": "m"})


def test_uploads_are_decided_on_without_being_read(server: AsgiServer) -> None:
    assert post(server, "/v1/files", b"x" * (2 * LARGEST), authorization="k").status == 200
    assert server.asked[-1][2] == b"x" * (2 * LARGEST)
    assert post(server, "/v1/files", b"x", "closed", authorization="k").status == 403


def test_cohorts_are_told_to_the_model_in_a_header(server: AsgiServer) -> None:
    client(server, "marked").chat.completions.create(**ASKED)
    assert server.asked[-1][1]["x-stillwatch-tags"] == "wm-1"


def test_what_the_guard_cannot_do_is_answered_as_declared() -> None:
    told = Told(POLICY.format(rules=RULES).replace("allow", "deny"))
    with AsgiServer(told.point) as server:
        assert post(server, "/pooling", json.dumps(ASKED)).status == 200
        told.point.identity = None  # type: ignore[assignment]  # reading the request raises
        found = post(server, "/pooling", json.dumps(ASKED))
        assert (found.status, found.headers["retry-after"]) == (503, "1")
        assert len(server.asked) == 1


def test_a_server_names_the_class_alone_and_the_environment_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policy.toml").write_text('version = "1"')
    (tmp_path / "guard.toml").write_text('policy = "policy.toml"')
    monkeypatch.setenv(SETTINGS_VARIABLE, str(tmp_path / "guard.toml"))

    async def application(scope: Any, receive: Any, send: Any) -> None:
        """Never called here."""

    assert GuardMiddleware(application)


def test_what_is_over_is_told_for_the_log(server: AsgiServer, told: Told) -> None:
    over = list[Exchanged]()
    told.point.on_exchange = over.append
    try:
        server.answer = Answer(words=("word ",) * 3)
        found = post(server, "/v1/chat/completions", json.dumps(ASKED | {"stream": True}), authorization="k").read()
        assert (found.count(b"word"), found[-14:]) == (3, b"data: [DONE]\n\n")
        until(lambda: len(over) == 1)
        post(server, "/v1/chat/completions", json.dumps(ASKED), authorization="k").read()
        until(lambda: len(over) == 2)
        post(server, "/v1/chat/completions", json.dumps(ASKED), "closed").read()
        assert post(server, "/v1/chat/completions", json.dumps(ASKED)).status == 401
        until(lambda: len(over) == 4)
    finally:
        told.point.on_exchange = None
    said = [(one.facts.account_id, one.status, bool(one.decision.id)) for one in over]
    assert said == [("a-1", 200, False), ("a-1", 200, False), ("closed", 403, True), ("a-1", 401, False)]
    assert [one.output_tokens > 0 for one in over[:3]] == [True, True, False]
    assert [one.response_id for one in over[:3]] == ["chatcmpl-1", "chatcmpl-1", ""]
    assert json.loads(over[0].body) == ASKED | {"stream": True}


def test_a_server_that_ends_leaves_a_log_that_a_watch_takes_in(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(POLICY.format(rules=RULES))
    files = 'policy = "policy.toml"\nexchanges = "exchanges"\nserved = "served"\ndeployed = "deployed.jsonl"\n'
    settings = f'{files}[identity]\naccount_header = "x-account"\n'
    (tmp_path / "deployed.jsonl").write_text(json.dumps(DEPLOYED) + "\n")
    (tmp_path / "guard.toml").write_text(settings)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    command = [sys.executable, "-c", SERVED, str(tmp_path / "guard.toml"), str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603  # ours
        until(lambda: not socket.socket().connect_ex(("127.0.0.1", port)))
        for account in ("a-1", "a-2", "closed"):
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("POST", "/v1/chat/completions", json.dumps(ASKED), {"x-account": account})
            connection.getresponse().read()
            connection.close()
        process.terminate()
    lines = [line for file in (tmp_path / "exchanges").iterdir() for line in file.read_bytes().splitlines()]
    rows = [row for line in lines for row in FORMAT.read(json.loads(line))]
    assert sorted((row["account_id"], row["status_code"], row["prompt_text"]) for row in rows) == [
        ("a-1", 200, "Hi"),
        ("a-2", 200, "Hi"),
        ("closed", 403, "Hi"),
    ]
    served = read_served([str(tmp_path / "served")])
    assert {(fate.label, fate.carries, tally.replies) for fate, tally in served.tallies.items()} == {
        ("global/2026-11-16", Carries.YES, 2)
    }
