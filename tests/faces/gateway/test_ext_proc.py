"""A real Envoy hands its exchanges to the guard, with the configuration that we ship."""

from __future__ import annotations

import asyncio
import http.client
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from guarded import POLICY, Told
from mock_replies import Answer

from stillwatch.faces.gateway.ext_proc import ExtProc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_upstream import MockUpstream

RULES = POLICY + '\n[[rule]]\nname = "hidden"\naccounts = ["hidden"]\nrespond = "withhold_reasoning"\n'
CONFIGURATION = Path(__file__).parents[3] / "examples" / "guard" / "envoy-ext-proc.yaml"
ENVOY = shutil.which("envoy", path=str(Path(sys.executable).parent)) or shutil.which("envoy")
STARTS_WITHIN_S = 20.0


@pytest.fixture(scope="module")
def envoy(tmp_path_factory: pytest.TempPathFactory, shared_upstream: MockUpstream) -> Iterator[int]:
    """The port of an Envoy before the mock model, with the guard beside it."""
    if ENVOY is None:
        pytest.skip("envoy is not installed")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    served: list[ExtProc] = []

    async def serve() -> int:
        served.append(ExtProc(Told(RULES).point))
        return await served[0].listen("127.0.0.1:0")

    guard = asyncio.run_coroutine_threadsafe(serve(), loop).result(10)
    with socket.create_server(("127.0.0.1", 0)) as one:
        front = int(one.getsockname()[1])
    text = CONFIGURATION.read_text()
    for written, port in ((8080, front), (8000, shared_upstream.port), (8090, guard)):
        text = text.replace(f"port_value: {written}", f"port_value: {port}")
    path = tmp_path_factory.mktemp("envoy") / "envoy.yaml"
    path.write_text(text)
    command = [ENVOY, "-c", str(path), "--concurrency", "1", "--log-level", "error", "--use-dynamic-base-id"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603  # ours
        wait_for(front)
        yield front
        process.terminate()
    asyncio.run_coroutine_threadsafe(served[0].drain(0.1), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def wait_for(port: int) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("envoy did not start")


def ask(port: int, account: str, *, is_stream: bool) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    body = {"model": "m", "logprobs": True, "stream": is_stream, "messages": [{"role": "user", "content": "Hi"}]}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), {"x-account": account})
    response = connection.getresponse()
    found = response.read()
    connection.close()
    return response.status, response.headers.get("x-stillwatch-applied", ""), found


@pytest.mark.parametrize("is_stream", [False, True])
def test_envoy_does_what_the_guard_decides(envoy: int, upstream: MockUpstream, is_stream: bool) -> None:
    upstream.answer = Answer(thoughts=("secret", " thought"), signature="sig")
    found = {account: ask(envoy, account, is_stream=is_stream) for account in ("a", "closed", "trimmed", "hidden")}
    assert {account: one[:2] for account, one in found.items()} == {
        "a": (200, ""),
        "closed": (403, ""),
        "trimmed": (200, "trim"),
        "hidden": (200, "withhold_reasoning"),
    }
    assert [account for account, one in found.items() if b"secret" in one[2]] == ["a", "trimmed"]
    # Those of withheld reasoning go with it: of a whole reply they cannot be told from the answer's.
    shown = ["a", "hidden"] if is_stream else ["a"]
    assert [account for account, one in found.items() if b'"logprob"' in one[2]] == shown
    assert found["a"][2] == ask(upstream.port, "a", is_stream=is_stream)[2]
    assert [one.body.get("max_tokens") for one in upstream.asked] == [None, 256, None, None]
