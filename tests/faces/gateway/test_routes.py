from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from guarded import Told, asked

from stillwatch.faces.gateway.http_message import Answer
from stillwatch.faces.gateway.routes import dialects, routes


def test_each_path_has_its_answer() -> None:
    told = Told()
    answer = routes(told.point, metrics=lambda: "up 1\n", more={"/feed": lambda _: Answer(204)})
    found = {
        path: answer(asked(path, x_account="closed")).status
        for path in ("/livez", "/readyz", "/metrics", "/feed", "/authz", "/authz/v1/chat", "/nginx/v1/chat", "/nope")
    }
    assert found == {
        "/livez": 200,
        "/readyz": 200,
        "/metrics": 200,
        "/feed": 204,
        "/authz": 403,
        "/authz/v1/chat": 403,
        "/nginx/v1/chat": 403,
        "/nope": 404,
    }
    assert {answer(asked(path)).status for path in ("", "*", "authz", "/authzz", "/xauthz/", "/", "//authz")} == {404}


def test_probes_are_no_requests() -> None:
    told = Told()
    answer = routes(told.point)
    for path in ("/livez", "/readyz", "/metrics"):
        answer(asked(path, method="GET"))
    assert told.told == []


def test_readiness_says_why_not_and_what_is_amiss() -> None:
    answer = routes(Told().point, not_ready=lambda: ("draining",), degraded=lambda: ("policy.toml:3",))
    assert answer(asked("/readyz")) == Answer(
        503,
        (("content-type", "application/json"),),
        b'{"ready":false,"because":["draining"],"degraded":["policy.toml:3"]}',
    )
    assert routes(Told().point, degraded=lambda: ("policy.toml:3",))(asked("/readyz")).status == 200


def test_metrics_are_what_the_hook_says() -> None:
    found = routes(Told().point, metrics=lambda: "stillwatch_up 1\n")(asked("/metrics"))
    assert found.body == b"stillwatch_up 1\n"
    assert found.headers[0] == ("content-type", "text/plain; version=0.0.4; charset=utf-8")


def test_every_dialect_has_a_path_of_its_own() -> None:
    paths = [one.path for one in dialects()]
    assert sorted(set(paths)) == sorted(paths)
    assert {"/decide", "/portkey", "/v1/data/stillwatch/decision", "/beta/litellm_basic_guardrail_api"} <= set(paths)
