r"""Take in what gateways log while they serve: LiteLLM's `generic_api` callback, and OTLP/HTTP.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.faces.gateway.http_message import Asked
>>> from stillwatch.wire.headers import Headers
>>> with TemporaryDirectory() as folder:
...     feed = Feed(FeedSettings(out=Path(folder)), clock=lambda: 0.0)
...     batch = b'[{"id": "r-1", "startTime": 1.0, "model_parameters": {}, "hidden_params": {}}]'
...     feed.answer(Asked("POST", "/litellm", "", Headers(), batch, True, "127.0.0.1")).body
b'{"accepted":1,"rejected":0}'

A batch is acknowledged when it is on disk, in files under OUT that `stillwatch watch` follows; so whoever sends keeps
it until then. What may pass is answered with 503, which LiteLLM (with `max_retries`) and OTLP exporters send again;
what can never be taken with 400, 401, 413 or 415, which they do not. A batch that was taken and sent again, since the
answer was lost, counts once: ingest knows a record by its id.
"""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.faces.gateway.http_message import Answer
from stillwatch.faces.gateway.otlp_body import otlp_line
from stillwatch.service.guarding.segments import Rotation, Segments

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stillwatch.faces.gateway.http_message import Asked

_JSON: Final = (("content-type", "application/json"),)
_PROTOBUF: Final = (("content-type", "application/x-protobuf"),)
_LATER: Final = (*_JSON, ("retry-after", "2"))
_OTLP: Final = {"/v1/traces": "resourceSpans", "/v1/logs": "resourceLogs"}
_LITELLM: Final = "/litellm"
_MARKS: Final = ("startTime", "model_parameters")
"""What makes a record a StandardLoggingPayload; see `logs.formats.litellm_payload`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    out: Path
    token: str = ""
    """What senders must show as bearer token; empty = nothing, for loopback alone."""
    rotation: Rotation = field(default_factory=Rotation)
    most_bytes: int = 64 << 20
    """Of one batch, unpacked."""


@dataclass(slots=True)
class FeedCounts:
    records: dict[str, int] = field(default_factory=dict)
    """Taken, by source: `litellm`, `otlp`."""
    rejected: dict[str, int] = field(default_factory=dict)
    """Records of a batch that were none, by source; the rest of the batch was taken."""
    ignored: int = 0
    """Spans and log records that are about no language model."""
    refused: dict[str, int] = field(default_factory=dict)
    """Batches, by reason: malformed, token, large, type, path, busy, disk."""


class _RefusedError(Exception):
    """A batch that is not taken, and what the sender is told."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason = status, reason


class Feed:
    """Answers requests of senders; writing is waited for, so it stands on a server of its own, beside no guard."""

    def __init__(self, settings: FeedSettings, *, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._segments = {
            name: Segments(settings.out / name, name, clock=clock, rotation=settings.rotation)
            for name in ("litellm", "otlp")
        }
        self.counts = FeedCounts()

    def answer(self, asked: Asked) -> Answer:
        """Take a batch, or say why not."""
        if asked.path in ("/livez", "/readyz"):
            return Answer(200)
        if asked.path == "/metrics":
            return Answer(200, (("content-type", "text/plain; version=0.0.4"),), metrics_of(self.counts))
        try:
            return self._taken(asked)
        except _RefusedError as error:
            self.counts.refused[error.reason] = self.counts.refused.get(error.reason, 0) + 1
            return Answer(error.status, _LATER if error.status == 503 else _JSON, _said(error=str(error)))

    def close(self) -> None:
        for one in self._segments.values():
            one.close()

    def _taken(self, asked: Asked) -> Answer:
        if asked.method != "POST" or asked.path not in (_LITELLM, *_OTLP):
            raise _RefusedError(404, "path", f"POST to {_LITELLM}, {' or '.join(_OTLP)}")
        shown = asked.headers.get("authorization", "").removeprefix("Bearer ").encode()
        if self._settings.token and not secrets.compare_digest(shown, self._settings.token.encode()):
            raise _RefusedError(401, "token", "the bearer token is missing or another one")
        body = self._unpacked(asked)
        if asked.path == _LITELLM:
            return self._take_litellm(body)
        return self._take_otlp(asked, body)

    def _take_litellm(self, body: bytes) -> Answer:
        records = _records(body)
        lines = [orjson.dumps(one) for one in records if isinstance(one, dict) and all(name in one for name in _MARKS)]
        rejected = len(records) - len(lines)
        if rejected:
            self.counts.rejected["litellm"] = self.counts.rejected.get("litellm", 0) + rejected
        if records and not lines:
            mend = "the records are no StandardLoggingPayload (leave generic_api_use_v1 out)"
            raise _RefusedError(400, "malformed", mend)
        self._write("litellm", b"".join(line + b"\n" for line in lines), len(lines))
        return Answer(200, _JSON, _said(accepted=len(lines), rejected=rejected))

    def _take_otlp(self, asked: Asked, body: bytes) -> Answer:
        written_as = asked.headers.get("content-type", "").partition(";")[0].strip()
        if written_as not in ("application/json", "application/x-protobuf"):
            raise _RefusedError(415, "type", "send application/json or application/x-protobuf")
        is_protobuf = written_as == "application/x-protobuf"
        try:
            found = otlp_line(body, field=_OTLP[asked.path], is_protobuf=is_protobuf)
        except SettingsError as error:
            raise _RefusedError(415, "type", str(error)) from error
        except (InputError, AttributeError, TypeError) as error:
            raise _RefusedError(400, "malformed", f"this is no export request: {error}") from error
        if found.line:
            self._write("otlp", found.line, found.records)
        else:
            self.counts.ignored += found.records
        return Answer(200, _PROTOBUF) if is_protobuf else Answer(200, _JSON, b"{}")

    def _unpacked(self, asked: Asked) -> bytes:
        most = self._settings.most_bytes
        if not asked.is_whole:
            stated = asked.headers.get("content-length", "")
            if stated.isdigit() and int(stated) <= most:
                raise _RefusedError(503, "busy", "too much is under way; send it again")
            raise _RefusedError(413, "large", f"send batches of at most {most} bytes")
        if asked.headers.get("content-encoding", "identity") == "identity":
            return asked.body
        if asked.headers["content-encoding"] != "gzip":
            raise _RefusedError(415, "type", "send gzip, or nothing packed")
        unpacking = zlib.decompressobj(wbits=31)
        try:
            body = unpacking.decompress(asked.body, most)
        except zlib.error as error:
            raise _RefusedError(400, "malformed", "the body is no gzip") from error
        if unpacking.unconsumed_tail:
            raise _RefusedError(413, "large", f"send batches of at most {most} bytes")
        if not unpacking.eof:
            raise _RefusedError(400, "malformed", "the body is cut short")
        return body

    def _write(self, source: str, lines: bytes, records: int) -> None:
        try:
            if lines:
                self._segments[source].append(lines)
        except OSError as error:
            raise _RefusedError(503, "disk", f"it could not be written ({error.strerror}); send it again") from error
        self.counts.records[source] = self.counts.records.get(source, 0) + records


def metrics_of(counts: FeedCounts) -> bytes:
    """The counts in Prometheus' text format."""
    rows = [
        *(f'stillwatch_ingest_records_total{{source="{name}"}} {count}' for name, count in counts.records.items()),
        *(f'stillwatch_ingest_rejected_total{{source="{name}"}} {count}' for name, count in counts.rejected.items()),
        *(f'stillwatch_ingest_refused_total{{reason="{name}"}} {count}' for name, count in counts.refused.items()),
        f"stillwatch_ingest_ignored_total {counts.ignored}",
    ]
    return "".join(f"{row}\n" for row in rows).encode()


def _records(body: bytes) -> list[Any]:
    """A JSON array, one object, or an object a line (`log_format` json_array, single, ndjson)."""
    try:
        found = orjson.loads(body)
        return found if isinstance(found, list) else [found]
    except orjson.JSONDecodeError:
        try:
            return [orjson.loads(line) for line in body.splitlines() if line.strip()]
        except orjson.JSONDecodeError as error:
            raise _RefusedError(400, "malformed", f"this is no JSON: {error}") from error


def _said(**values: Any) -> bytes:
    return orjson.dumps(values)
