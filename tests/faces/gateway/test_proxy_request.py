"""Which bodies are read to be decided on; how reading ends badly is tested in `test_proxy`."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from stillwatch.faces.gateway.proxy_refusal import Refusal
from stillwatch.faces.gateway.proxy_request import goes_through_unread, refuse_what_is_no_exchange

UNREAD = {
    ("GET", "/v1/models"): True,
    ("DELETE", "/v1/files/f-1"): True,
    ("POST", "/v1/chat/completions"): False,
    ("POST", "/v1/anything"): False,
    ("PUT", "/v1/chat/completions"): False,
    ("POST", "/v1/files"): True,
    ("POST", "/v1/files?purpose=batch"): True,
    ("POST", "/v1/uploads/u-1/parts"): True,
    ("POST", "/v1/audio/transcriptions"): True,
    ("POST", "/v1/audio/speech"): False,
    ("POST", "/api/blobs/sha256:00ff"): True,
    ("POST", "/v1/files/../chat/completions"): False,
    ("POST", "/v1/files/%2e%2e/chat/completions"): False,
    ("POST", "/v1/files//chat/completions"): False,
    ("POST", "/v1/filesystem"): False,
}


@pytest.mark.parametrize(("method", "path"), UNREAD)
def test_bodies_are_read_unless_no_model_answers_them_with_text(method: str, path: str) -> None:
    assert goes_through_unread(make_mocked_request(method, path)) == UNREAD[method, path]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {"Upgrade": "WebSocket", "Connection": "upgrade"}, 501),
        ("CONNECT", "h:1", {}, 405),
        ("TRACE", "/", {}, 405),
        ("GET", "http://elsewhere.example/", {}, 400),
        ("OPTIONS", "*", {}, 400),
    ],
)
def test_what_is_no_exchange_is_refused(method: str, path: str, headers: dict[str, str], status: int) -> None:
    with pytest.raises(Refusal) as raised:
        refuse_what_is_no_exchange(make_mocked_request(method, path, headers=headers))
    assert raised.value.status == status


def test_other_upgrades_are_an_exchange_as_well() -> None:
    refuse_what_is_no_exchange(make_mocked_request("GET", "/", headers={"Upgrade": "h2c"}))
