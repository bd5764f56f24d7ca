"""A suspect is asked to write or to judge at the command line, by a server that tells log-probabilities."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from click.testing import CliRunner

from stillwatch.faces.cli.attribute_query import query_command
from stillwatch.service.attribution.outputs import read_outputs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

PAIRS = [{"name": f"p{at}", "prompt": "Say", "first": " one", "second": " two"} for at in range(2)]


def echoed(body: dict[str, Any]) -> dict[str, Any]:
    """Completions that echo a prompt word by word; the longer a word, the less likely."""
    words = body["prompt"].replace(" ", "| ").split("|")
    offsets = [sum(map(len, words[:at])) for at in range(len(words))]
    values = [None, *(-float(len(word)) for word in words[1:])]
    tops = [None, *({word: -float(len(word)), " x": -0.1} for word in words[1:])]
    told = {"tokens": words, "text_offset": offsets, "token_logprobs": values, "top_logprobs": tops}
    return {"choices": [{"text": body["prompt"], "logprobs": told}], "usage": {"completion_tokens": 0}}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        assert (body["echo"], body["max_tokens"]) == (True, 0)
        return web.json_response(echoed(body))

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/v1/completions", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    loop = asyncio.new_event_loop()
    runner = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.run_until_complete(runner.cleanup())
    loop.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(query_command, list(arguments), standalone_mode=False)


def test_both_answers_of_each_pair_are_judged_and_no_more_often_than_once(url: str, tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text("".join(json.dumps(one) + "\n" for one in PAIRS), "utf-8")
    out = tmp_path / "out.jsonl"
    arguments = (str(out), "--pairs", str(tmp_path / "pairs.jsonl"), "--url", url, "--model", "x", "--completions")
    for _ in range(2):
        result = run(*arguments, "--per-minute", "60000", "--json")
        assert (result.exception, result.return_value) == (None, 0)
        assert json.loads(result.stdout) == {"outputs": str(out), "tokens": 4, "is_enough": True}
    judged = read_outputs(out)
    assert [(one.prompt, one.text, one.log_probability) for one in judged[:2]] == [
        ("Say", " one", -4.0),
        ("Say", " two", -4.0),
    ]
    assert len(judged) == 4


def test_clean_text_is_judged_place_by_place(url: str, tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_text("a b c\n", "utf-8")
    out = tmp_path / "out.jsonl"
    asked = ("--probes", str(tmp_path / "clean.txt"), "--url", url, "--model", "x", "--completions", "--top", "2")
    result = run(str(out), *asked)
    assert (result.exception, result.return_value) == (None, 0)
    assert "1 texts judged" in result.stdout
    (found,) = read_outputs(out)
    assert (found.is_given, found.pieces, found.top[1]) == (True, ("a", " b", " c"), ((" b", -2.0), (" x", -0.1)))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to ask"),
        (("--probes", "{file}", "--pairs", "{file}"), "two things"),
        (("--probes", "{file}"), "nobody to ask"),
    ],
    ids=["nothing", "two", "nobody"],
)
def test_clear_errors(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(PAIRS[0]) + "\n", "utf-8")
    filled = [one.format(file=tmp_path / "a.jsonl") for one in arguments]
    assert said in str(run(str(tmp_path / "out.jsonl"), *filled).exception)
