"""What a proxy answers by itself, in the shape of the API that was called.

>>> refusal = Refusal(413, "too long")
>>> refusal.body("/v1/messages")
b'{"type":"error","error":{"type":"request_too_large","message":"too long"}}'
"""

from __future__ import annotations

from typing import Final

import orjson

from stillwatch.faces.gateway.denial import Shape, shape_of

_OPENAI: Final = {400: "invalid_request_error", 413: "invalid_request_error", 501: "invalid_request_error"}
_ANTHROPIC: Final = {400: "invalid_request_error", 413: "request_too_large", 501: "invalid_request_error"}


class Refusal(Exception):  # noqa: N818  # it is an answer, and no fault of ours
    """Raised while a request is read or passed on, where it can go no further."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def body(self, path: str) -> bytes:
        if shape_of(path) is Shape.ANTHROPIC:
            kind = _ANTHROPIC.get(self.status, "api_error")
            return orjson.dumps({"type": "error", "error": {"type": kind, "message": self.message}})
        kind = _OPENAI.get(self.status, "server_error")
        return orjson.dumps({"error": {"message": self.message, "type": kind, "param": None, "code": None}})
