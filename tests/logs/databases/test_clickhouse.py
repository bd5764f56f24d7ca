"""ClickHouse over HTTP: a server that says what we tell it; in the slow tests, ClickHouse's own engine."""

from __future__ import annotations

import io
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from certificates import Authority
from clickhouse_engine import clickhouse_engine, why_missing
from database_logs import stored
from exchange_log import MINUTE, START, exchange, quiet, write_log
from stillwatch.core.errors import InputError, PeerError, SettingsError, StillwatchError
from stillwatch.logs.databases.address import Credentials, parse_address
from stillwatch.logs.databases.bounds import Bounds
from stillwatch.logs.databases.clickhouse import clickhouse_batches
from stillwatch.logs.databases.export import open_export
from stillwatch.logs.ingest import ingest
from stillwatch.logs.ingest_export import ingest_export
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLE = pa.table({"n": list(range(1000))})
_SECRET = Credentials(password="hunter2")  # noqa: S106  # opens nothing
_BROKEN = b"\r\n__exception__\r\nTAG\r\nCode: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT)\n57 TAG\r\n"


def rows(address: str, query: str, bounds: Bounds | None = None, asked_by: Credentials = _SECRET) -> list[Any]:
    with clickhouse_batches(parse_address(address), query, bounds, asked_by, "the log") as batches:
        return [row for batch in batches for row in batch.to_pylist()]


class Answer(NamedTuple):
    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("X-ClickHouse-Format", "ArrowStream"),)
    is_whole: bool = True


class Asked(NamedTuple):
    query: str
    parameters: dict[str, list[str]]
    headers: dict[str, str]


@contextmanager
def server(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[Asked]]]:
    """Answers everything so, in chunks; gives its port and what it was asked."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append(Asked(query, parse_qs(urlsplit(self.path).query), dict(self.headers)))
            self.send_response(answer.status)
            for name, value in (*answer.headers, ("Transfer-Encoding", "chunked")):
                self.send_header(name, value)
            self.end_headers()
            if answer.body:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(answer.body), answer.body))
            if answer.is_whole:
                self.wfile.write(b"0\r\n\r\n")
            self.close_connection = True

        def log_message(self, *_: Any) -> None: ...

    one = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        one.socket = tls.wrap_socket(one.socket, server_side=True)
    thread = threading.Thread(target=one.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield one.server_port, asked
    finally:
        one.shutdown()
        thread.join()
        one.server_close()


def written() -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, _TABLE.schema) as writer:
        writer.write_table(_TABLE, max_chunksize=100)
    return sink.getvalue()


def test_the_query_is_asked_with_its_times_and_the_password_in_a_header() -> None:
    with server(Answer(body=written())) as (port, asked):
        address = f"clickhouse+http://reader@127.0.0.1:{port}/gateway"
        assert rows(address, "SELECT 1", Bounds(0, START)) == _TABLE.to_pylist()
    [one] = asked
    assert one.query == "SELECT 1"
    assert one.parameters == {
        "default_format": ["ArrowStream"],
        "database": ["gateway"],
        "param_since": ["1970-01-01 00:00:00.000000"],
        "param_until": ["2026-03-01 09:00:00.000000"],
    }
    assert (one.headers["X-ClickHouse-User"], one.headers["X-ClickHouse-Key"]) == ("reader", "hunter2")


def test_an_answer_without_a_byte_has_no_rows() -> None:
    with server(Answer()) as (port, _):
        assert rows(f"clickhouse+http://127.0.0.1:{port}/", "SELECT 1") == []


def refused(code: int, said: str) -> Answer:
    text = f"Code: {code}. DB::Exception: {said}. (NAME) (version 26.9.1.1 (official build))\n"
    return Answer(status=500, body=text.encode(), headers=(("X-ClickHouse-Exception-Code", str(code)),))


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        (refused(516, "reader: Authentication failed"), SettingsError, "Authentication failed.*DATABASE_PASSWORD"),
        (refused(60, "Unknown table 'x'"), InputError, "the log: Unknown table 'x'.*name of the table"),
        (refused(456, "Substitution `since` is not set"), InputError, "not set.*add --incremental"),
        (refused(999, "Something else"), InputError, "Something else.*code is 999"),
        (Answer(status=404, headers=()), PeerError, "answers 404 Not Found, as no ClickHouse does"),
        (Answer(headers=(("X-ClickHouse-Format", "CSV"),)), InputError, "asks for FORMAT CSV.*leave FORMAT out"),
        (Answer(body=written()[:-8] + _BROKEN, is_whole=False), InputError, "Memory limit exceeded.*sort less"),
        (Answer(body=written()[:-8]), PeerError, "broke off: the Arrow stream was not closed.*again"),
        (Answer(body=written(), is_whole=False), PeerError, "broke off"),
        (Answer(body=b"<html>"), PeerError, "broke off"),
    ],
    ids=["password", "table", "parameter", "other", "web", "format", "failed half-way", "short", "cut", "no Arrow"],
)
def test_what_goes_wrong_is_said(answer: Answer, kind: type[StillwatchError], told: str) -> None:
    with server(answer) as (port, _), pytest.raises(kind, match=told):
        rows(f"clickhouse+http://127.0.0.1:{port}/", "SELECT 1")


def test_tls_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    issued = authority.issue("localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    with server(Answer(body=written()), context) as (port, _):
        address = f"clickhouse+https://localhost:{port}/"
        with pytest.raises(PeerError, match="certificate verify failed"):
            rows(address, "SELECT 1")
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        assert len(rows(address, "SELECT 1")) == 1000


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if missing := why_missing():
        pytest.skip(missing)
    with clickhouse_engine(tmp_path_factory.mktemp("clickhouse")) as address:
        yield address


_FIELDS = (
    "record_id String, started_at DateTime64(9, 'UTC'), account_id LowCardinality(String), client_address String, "
    "request_model LowCardinality(Nullable(String)), prompt_text String, reply_text String, turn UInt8, "
    "status_code UInt16, output_tokens Nullable(UInt32)"
)
_WRITTEN = _FIELDS.replace("DateTime64(9, 'UTC')", "Int64")
_TIME = "fromUnixTimestamp64Nano(started_at, 'UTC')"


@pytest.mark.slow
def test_the_store_holds_what_a_file_gives_and_the_engine_says_what_is_wrong(engine: str, tmp_path: Path) -> None:
    records = [exchange(number) for number in range(3000)]
    log = write_log(tmp_path / "log.jsonl", records)
    rows(engine, f"CREATE TABLE log ({_FIELDS}) ENGINE = MergeTree ORDER BY started_at")
    source = f"file('{log}', JSONEachRow, '{_WRITTEN}')"
    rows(engine, f"INSERT INTO log SELECT * REPLACE ({_TIME} AS started_at) FROM {source}")  # noqa: S608  # ours
    one, other = (Store.open(tmp_path / name, salt=7) for name in ("file", "database"))
    ingest(one, [log], Reading(workers=1), quiet)
    since, until = START + 1000 * MINUTE, START + 2000 * MINUTE
    spans = [Bounds(0, since), Bounds(since, until), Bounds(until, until + 10**15)]
    timed = (
        "SELECT * FROM log WHERE started_at >= {since:DateTime64(6, 'UTC')} AND started_at < "
        "{until:DateTime64(6, 'UTC')} ORDER BY started_at"
    )
    for number, span in enumerate(spans):
        folder = tmp_path / str(number)
        folder.mkdir()
        with open_export(parse_address(engine), timed, span, _SECRET, "the log", folder) as export:
            ingest_export(other, export, Reading(workers=1), quiet)
    assert stored(other) == stored(one)
    for query, told in (
        ("SELECT * FROM nope", "nope.*name of the table"),
        ("SELECT nope FROM log", "nope.*name of the column"),
        ("SELEKT 1 FROM", "Syntax error.*one SELECT"),
        (timed, "since.*not set.*add --incremental"),
    ):
        with pytest.raises(InputError, match=told):
            rows(engine, query)
    with pytest.raises(SettingsError, match="Authentication failed"):
        rows(engine, "SELECT 1", None, Credentials(password="wrong"))  # noqa: S106  # opens nothing


@pytest.mark.slow
def test_columns_of_clickhouses_own_types_are_read(engine: str, tmp_path: Path) -> None:
    types = (
        "SELECT toUUID('f4575ef0-4c89-4d7c-80e1-6a1c6857b25f') AS id, map('a', 'b') AS properties, "
        "toDecimal64(1.5, 4) AS cost, ['x', 'y'] AS tags, toLowCardinality('m') AS model, toDateTime(0, 'UTC') AS at, "
        "'{\"a\":1}'::JSON AS body, CAST('a', 'Enum8(\\'a\\' = 1)')::String AS kind"
    )
    with open_export(parse_address(engine), types, None, _SECRET, "the log", tmp_path) as export:
        [block] = export.blocks()
    [row] = pq.read_table(block.path).to_pylist()
    assert {name: str(value) for name, value in row.items()} == {
        "id": "f4575ef0-4c89-4d7c-80e1-6a1c6857b25f",
        "properties": '{"a":"b"}',
        "cost": "1.5",
        "tags": "['x', 'y']",
        "model": "m",
        "at": "0",
        "body": '{"a":1}',
        "kind": "a",
    }
