from __future__ import annotations

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.logs.databases.address import Address, Kind, parse_address

_HOST = {"host": "ch.example", "user": "reader", "database": "gateway"}


@pytest.mark.parametrize(
    "address",
    [
        Address(kind=Kind.POSTGRESQL, name="postgres://r@db/litellm", uri="postgres://r@db/litellm"),
        Address(kind=Kind.SQLITE, name="sqlite:logs/a b.db", uri="logs/a b.db"),
        Address(kind=Kind.DUCKDB, name="duckdb:/srv/log.duckdb", uri="/srv/log.duckdb"),
        Address(
            kind=Kind.ADBC,
            name="adbc:adbc_driver_flightsql:grpc+tls://h:443",
            uri="grpc+tls://h:443",
            driver="adbc_driver_flightsql",
        ),
        Address(
            kind=Kind.CLICKHOUSE,
            name="clickhouse+https://reader@ch.example/gateway",
            uri="clickhouse+https://reader@ch.example/gateway",
            port=8443,
            **_HOST,
        ),
        Address(
            kind=Kind.CLICKHOUSE,
            name="clickhouse+http://reader@ch.example:81/gateway",
            uri="clickhouse+http://reader@ch.example:81/gateway",
            port=81,
            is_encrypted=False,
            **_HOST,
        ),
    ],
    ids=lambda address: address.name,
)
def test_addresses_are_read(address: Address) -> None:
    assert parse_address(address.name) == address


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://r:hunter2@db/litellm",
        "postgresql://db/litellm?user=r&password=hunter2",
        "clickhouse+https://r:hunter2@ch.example/",
        "adbc:adbc_driver_snowflake:r:hunter2@account/db",
        "adbc:adbc_driver_flightsql:grpc://r:hunter2@h",
    ],
)
def test_a_password_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(SettingsError, match=r"holds a password.*STILLWATCH_DATABASE_PASSWORD") as told:
        parse_address(text)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("text", ["db.example", "mysql://r@db/x", "sqlite:", "clickhouse+http:///x", "postgres://h:x/"])
def test_what_is_no_address_is_told_what_one_looks_like(text: str) -> None:
    with pytest.raises(SettingsError, match="clickhouse\\+https://USER@HOST/DATABASE"):
        parse_address(text)
