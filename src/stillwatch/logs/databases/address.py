"""Where a database is, as an operator writes it; never with a password, which belongs in the environment.

>>> parse_address("postgresql://reader@db.example/litellm").name
'postgresql://reader@db.example/litellm'
>>> parse_address("clickhouse+https://reader@ch.example/gateway").port
8443
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from stillwatch.core.errors import SettingsError


class Kind(Enum):
    POSTGRESQL = "postgresql"
    """A server that speaks PostgreSQL's protocol, through its ADBC driver."""
    CLICKHOUSE = "clickhouse"
    """A ClickHouse server, through its HTTP interface."""
    SQLITE = "sqlite"
    """A SQLite file, through its ADBC driver."""
    DUCKDB = "duckdb"
    """A DuckDB file."""
    ADBC = "adbc"
    """Any other ADBC driver, by the name of its Python package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    kind: Kind
    name: str
    """What results call the database; holds no secret."""
    uri: str
    """For the driver; for a file its path."""
    driver: str = ""
    """Of `adbc`, the Python package of the driver."""
    host: str = ""
    """Of `clickhouse`, as the fields below."""
    port: int = 0
    user: str = ""
    database: str = ""
    is_encrypted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who asks, where neither the address nor the driver's own files say so; empty = nothing is said."""

    user: str = ""
    password: str = ""


_FORMS: Final = (
    "write postgresql://USER@HOST/DATABASE, clickhouse+https://USER@HOST/DATABASE, sqlite:FILE, duckdb:FILE or "
    "adbc:PACKAGE:URI"
)
_CLICKHOUSE_PORTS: Final = {"clickhouse+https": 8443, "clickhouse+http": 8123}
_SECRETS: Final = ("password", "passwd", "pwd", "token", "sslpassword")


def parse_address(text: str) -> Address:
    """Read an address.

    Raises:
        SettingsError: It is none, or holds a password.
    """
    scheme, colon, rest = text.partition(":")
    _refuse_secrets(text)
    if scheme in ("postgresql", "postgres") and rest.startswith("//"):
        return Address(kind=Kind.POSTGRESQL, name=text, uri=text)
    if scheme in _CLICKHOUSE_PORTS:
        return _clickhouse(text)
    if scheme in ("sqlite", "duckdb") and rest:
        return Address(kind=Kind(scheme), name=text, uri=rest)
    if scheme == "adbc":
        driver, _, uri = rest.partition(":")
        if driver.isidentifier():
            return Address(kind=Kind.ADBC, name=text, uri=uri, driver=driver)
    what = f"no database is read by {scheme + colon!r}" if colon else "this is no address of a database"
    raise SettingsError(what, where=_shown(text), mend=_FORMS)


def _clickhouse(text: str) -> Address:
    parts = _split(text)
    if not parts.hostname:
        raise SettingsError("it names no host", where=text, mend=_FORMS)
    return Address(
        kind=Kind.CLICKHOUSE,
        name=text,
        uri=text,
        host=parts.hostname,
        port=parts.port or _CLICKHOUSE_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        database=unquote(parts.path.strip("/")),
        is_encrypted=parts.scheme == "clickhouse+https",
    )


def _refuse_secrets(text: str) -> None:
    """What stands on a command line is seen by others on the machine, and the address is kept in results."""
    uri = text.split(":", 2)[-1] if text.startswith("adbc:") else text
    parts = _split(f"//{uri}" if "@" in uri and "//" not in uri else uri)  # Snowflake's are without a scheme
    if parts.password is not None or any(name in parse_qs(parts.query) for name in _SECRETS):
        mend = "leave it out, and set PGPASSWORD (PostgreSQL) or STILLWATCH_DATABASE_PASSWORD (all others) instead"
        raise SettingsError("the address holds a password", where=_shown(text), mend=mend)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise SettingsError(f"this is no address of a database: {error}", where=_shown(text), mend=_FORMS) from error
    return parts


def _shown(text: str) -> str:
    """The address up to where a password might begin."""
    head, colon, _ = text.partition(":")
    return f"{head}{colon}…" if colon else head
