"""A real server is asked within a budget, through refusals and lost connections, and never twice for one answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from stillwatch.core.errors import PeerError
from stillwatch.service.attribution import ask_endpoint as module
from stillwatch.service.attribution.ask_endpoint import Asked, Budget, ask_endpoint
from stillwatch.service.attribution.openai_exchange import Endpoint
from stillwatch.service.attribution.outputs import Question, read_outputs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

FAST = Budget(tokens=10**6, requests=6, a_minute=60_000, at_once=3)


class Server:
    """Answers as an OpenAI-compatible server does, after whatever a test has it do first."""

    def __init__(self, *first: int) -> None:
        self.first = list(first)
        """Statuses of the first answers; 0 = the connection is cut."""
        self.asked: list[dict[str, Any]] = []
        self.keys: set[str] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if self.first:
            status = self.first.pop(0)
            if not status:
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            return web.Response(status=status, text="not now", headers={"retry-after": "0.01"})
        body = await request.json()
        self.asked.append(body)
        self.keys.add(request.headers.get("authorization", ""))
        prompt = body["messages"][0]["content"] if "messages" in body else body["prompt"]
        choice = {"message": {"content": f"re: {prompt}"}} if "messages" in body else {"text": f"re: {prompt}"}
        return web.json_response({"choices": [choice], "usage": {"completion_tokens": 7}})


def asked(server: Server, out: Path, budget: Budget = FAST, **endpoint: Any) -> Asked:
    async def main() -> Asked:
        app = web.Application()
        app.router.add_post("/v1/{rest:.*}", server.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        try:
            return await ask_endpoint(
                Endpoint(url=url, model="x", **endpoint), (Question("a"), Question("b")), out, budget, lambda *_: None
            )
        finally:
            await runner.cleanup()

    return asyncio.run(main())


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIRST_WAIT_S", 0.01)


def test_probes_are_asked_in_turn(tmp_path: Path) -> None:
    server = Server()
    assert asked(server, tmp_path / "a", api_key="k") == Asked(6, 42, is_enough=False)
    assert [one.text for one in read_outputs(tmp_path / "a")] == ["re: a", "re: b"] * 3
    assert server.keys == {"Bearer k"}
    assert {(one["temperature"], one["max_tokens"], one["model"]) for one in server.asked} == {(1.0, 256, "x")}


def test_it_stops_with_enough_tokens_and_goes_on_where_it_was(tmp_path: Path) -> None:
    few = FAST._replace(tokens=14, at_once=1)
    assert asked(Server(), tmp_path / "a", few) == Asked(2, 14, is_enough=True)
    server = Server()
    assert asked(server, tmp_path / "a", few._replace(tokens=28)) == Asked(4, 28, is_enough=True)
    assert len(server.asked) == 2
    assert [one.number for one in read_outputs(tmp_path / "a")] == [0, 1, 2, 3]


def test_refusals_for_now_are_tried_again(tmp_path: Path) -> None:
    assert asked(Server(429, 503, 0, 500), tmp_path / "a").answers == 6


def test_completions_continue_the_prompt(tmp_path: Path) -> None:
    server = Server()
    asked(server, tmp_path / "a", is_chat=False)
    assert server.asked[0]["prompt"] in "ab"


@pytest.mark.parametrize(
    ("first", "what"),
    [((401,), r"refuses: 401.*--api-key-env"), ((404,), "name of the model"), ((503,) * 40, "no answer after 6 tries")],
    ids=["no key", "no model", "always down"],
)
def test_what_ends_a_run_keeps_what_was_answered(tmp_path: Path, first: tuple[int, ...], what: str) -> None:
    asked(Server(), tmp_path / "a", FAST._replace(requests=2))
    with pytest.raises(PeerError, match=what):
        asked(Server(*first), tmp_path / "a", FAST._replace(at_once=1))
    assert len(read_outputs(tmp_path / "a")) == 2


def test_another_kind_of_server_is_named(tmp_path: Path) -> None:
    class Other(Server):
        async def answer(self, request: web.Request) -> web.StreamResponse:
            del request
            return web.json_response({"hello": 1})

    with pytest.raises(PeerError, match="no answer of a model"):
        asked(Other(), tmp_path / "a")


def test_requests_are_spread_over_the_minute(tmp_path: Path) -> None:
    slow = FAST._replace(a_minute=1200, requests=5)
    loop_started = asyncio.new_event_loop()
    start = loop_started.time()
    asked(Server(), tmp_path / "a", slow)
    assert loop_started.time() - start >= 4 * 60 / 1200
    loop_started.close()
