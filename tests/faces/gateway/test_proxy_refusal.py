"""What the proxy answers by itself looks like the API that was called."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from stillwatch.faces.gateway.proxy_refusal import Refusal


@pytest.mark.parametrize(
    ("status", "path", "expected"),
    [
        (400, "/v1/chat/completions", {"type": "invalid_request_error", "param": None, "code": None}),
        (502, "/v1/responses", {"type": "server_error", "param": None, "code": None}),
        (502, "/v1/messages", {"type": "api_error"}),
        (413, "/v1/messages", {"type": "request_too_large"}),
    ],
)
def test_refusals(status: int, path: str, expected: dict[str, Any]) -> None:
    found = orjson.loads(Refusal(status, "why").body(path))
    assert found["error"] == expected | {"message": "why"}
    assert ("type" in found) == (path == "/v1/messages")
