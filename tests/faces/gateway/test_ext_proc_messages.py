"""Messages are those of Envoy, byte for byte: the numbers here were taken from its definition by hand."""

from __future__ import annotations

import pytest

from stillwatch.faces.gateway.ext_proc_messages import ProcessingRequest, ProcessingResponse

WRITTEN = {
    "request head": (
        ProcessingRequest(request_headers={"headers": {"headers": [{"key": "a", "raw_value": b"b"}]}}),
        b"\x12\x0a\x0a\x08\x0a\x06\x0a\x01a\x1a\x01b",
    ),
    "request body": (
        ProcessingRequest(request_body={"body": b"x", "end_of_stream": True}),
        b"\x22\x05\x0a\x01x\x10\x01",
    ),
    "go on": (ProcessingResponse(response_headers={}), b"\x12\x00"),
    "another body": (
        ProcessingResponse(request_body={"response": {"body_mutation": {"body": b"x"}}}),
        b"\x1a\x07\x0a\x05\x1a\x03\x0a\x01x",
    ),
    "an answer": (ProcessingResponse(immediate_response={"status": {"code": 403}}), b"\x3a\x05\x0a\x03\x08\x93\x03"),
    "another mode": (ProcessingResponse(mode_override={"response_body_mode": 2}), b"\x4a\x02\x20\x02"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_messages_are_envoy_s(name: str) -> None:
    message, data = WRITTEN[name]
    assert message.SerializeToString() == data
    assert type(message).FromString(data) == message


def test_what_is_not_known_is_skipped() -> None:
    assert ProcessingRequest.FromString(b"\x50\x01\x22\x03\x0a\x01x").request_body.body == b"x"
