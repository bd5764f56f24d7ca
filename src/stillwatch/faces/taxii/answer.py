"""What a server of TAXII answers: resources as JSON, errors with what, why and the number of HTTP.

>>> Answer.of({"title": "x"}).body
b'{"title":"x"}'
>>> TaxiiError(404, "there is no such collection").answer().status
404
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import orjson

MEDIA_TYPE: Final = "application/taxii+json;version=2.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b"{}"

    @classmethod
    def of(cls, document: Any, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Answer:
        return cls(status=status, headers=headers, body=orjson.dumps(document))


class TaxiiError(Exception):
    """A request cannot be answered; `status` is that of HTTP, `what` is said to the client."""

    def __init__(self, status: int, what: str, *, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        super().__init__(what)
        self.status, self.what, self.headers = status, what, headers

    def answer(self) -> Answer:
        """The error message of TAXII."""
        document = {
            "title": HTTPStatus(self.status).phrase,
            "description": self.what,
            "http_status": str(self.status),
        }
        return Answer.of(document, self.status, self.headers)
