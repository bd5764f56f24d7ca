"""Rows of ClickHouse, through its HTTP interface: the answer is an Arrow stream, read as it comes.

No setting is changed, so an account with the profile `readonly` will do. `{since:DateTime64(6, 'UTC')}` and
`{until:DateTime64(6, 'UTC')}` are the bounds. See clickhouse.com/docs/interfaces/http.
"""

from __future__ import annotations

import ssl
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from stillwatch.core.errors import InputError, PeerError, SettingsError, StillwatchError
from stillwatch.logs.databases.arrow_stream import ArrowStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from stillwatch.logs.databases.address import Address, Credentials
    from stillwatch.logs.databases.bounds import Bounds

_FORMAT: Final = "ArrowStream"
_SILENT_S: Final = 600.0
"""So long may a server say nothing: a query that sorts a large table gives its first row late."""
_ERROR_BYTES: Final = 1 << 14
_REFUSED: Final = frozenset((192, 193, 194, 516, 81))
"""Codes of errors about user, password and database."""
_MENDS: Final = {
    60: "check the name of the table, and the database of the address",
    47: "check the name of the column",
    62: "write one SELECT, and leave FORMAT out",
    456: "{since:…} and {until:…} are the times that an incremental export is asked for: add --incremental",
    497: "let the user of the address read this table: GRANT SELECT",
    241: "let it sort less at once: name a shorter span of time, or order by the table's own key",
}


@contextmanager
def clickhouse_batches(
    address: Address, query: str, bounds: Bounds | None, credentials: Credentials, name: str
) -> Iterator[Iterator[pa.RecordBatch]]:
    """Ask, and give the rows in record batches.

    Raises:
        SettingsError: The server knows neither user nor database.
        PeerError: It cannot be reached, or breaks off.
        InputError: The query is wrong.
    """
    connection = (
        HTTPSConnection(address.host, address.port, timeout=_SILENT_S, context=ssl.create_default_context())
        if address.is_encrypted
        else HTTPConnection(address.host, address.port, timeout=_SILENT_S)
    )
    with closing(connection):
        try:
            connection.request("POST", _path(address, bounds), query.encode(), _headers(address, credentials))
            answer = connection.getresponse()
        except (OSError, HTTPException) as error:
            mend = "check host and port, and whether it is https or http that is spoken there"
            raise PeerError(f"it does not answer: {error}", where=name, mend=mend) from error
        with closing(answer):
            _check(answer, name)
            yield _streamed(answer, name)


def _path(address: Address, bounds: Bounds | None) -> str:
    asked = {"default_format": _FORMAT}
    if address.database:
        asked["database"] = address.database
    if bounds is not None:
        for key, moment in zip(("since", "until"), bounds.moments(), strict=True):
            asked[f"param_{key}"] = f"{moment:%Y-%m-%d %H:%M:%S.%f}"
    return f"/?{urlencode(asked)}"


def _headers(address: Address, credentials: Credentials) -> dict[str, str]:
    said = {"X-ClickHouse-User": address.user or credentials.user, "X-ClickHouse-Key": credentials.password}
    return {key: value for key, value in said.items() if value}


def _check(answer: HTTPResponse, name: str) -> None:
    if answer.status != 200:
        code = answer.headers.get("X-ClickHouse-Exception-Code", "")
        said = answer.read(_ERROR_BYTES).decode("utf-8", "replace")
        if not code.isdigit():
            mend = "name ClickHouse's HTTP port (8443 with TLS, 8123 without)"
            raise PeerError(f"it answers {answer.status} {answer.reason}, as no ClickHouse does", where=name, mend=mend)
        raise _told(int(code), said, name)
    if (given := answer.headers.get("X-ClickHouse-Format", _FORMAT)) != _FORMAT:
        raise InputError(f"the query asks for FORMAT {given}", where=name, mend="leave FORMAT out of it")


def _streamed(answer: HTTPResponse, name: str) -> Iterator[pa.RecordBatch]:
    stream = ArrowStream(answer)
    try:
        yield from stream.batches()
    except (OSError, ValueError, HTTPException) as error:
        said = stream.last_words()
        if (code := _code_in(said)) is not None:
            raise _told(code, said, name) from error
        mend = "run the same command again: what was read is kept"
        raise PeerError(f"the export broke off: {error}", where=name, mend=mend) from error


def _told(code: int, said: str, name: str) -> StillwatchError:
    what = said.partition("DB::Exception: ")[2].partition("\n")[0].partition(" (version ")[0].strip() or said.strip()
    if code in _REFUSED:
        mend = "check user and database of the address, and STILLWATCH_DATABASE_PASSWORD"
        return SettingsError(what, where=name, mend=mend)
    return InputError(what, where=name, mend=_MENDS.get(code, f"mend the query; ClickHouse's code is {code}"))


def _code_in(said: str) -> int | None:
    """The code of an error that a server writes where rows should follow: before 25.11 as it is, since then marked."""
    head, found, _ = said.rpartition(". DB::Exception: ")
    digits = head.rpartition("Code: ")[2]
    return int(digits) if found and digits.isdigit() else None
