"""The accounts file, however its columns are spelled."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from log_factory import json_lines, written

from stillwatch.core.errors import InputError
from stillwatch.logs.account_rows import ACCOUNT_SCHEMA
from stillwatch.logs.accounts import Accounts, read_accounts

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400_000_000_000
START = 1_772_323_200_000_000_000


def read(folder: Path, content: str | bytes) -> Accounts:
    return read_accounts(written(folder, content.encode() if isinstance(content, str) else content))


def present(accounts: Accounts) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if value is not None} for row in accounts.table.to_pylist()]


CANONICAL = (
    "sw.account.id,signup.time,signup.client.address,signup.device_id,referral.code,email.domain,email.hash,"
    "email.disposable,phone.hash,payment.instrument.fingerprint,payment.name_hash,billing.country,org.name_hash,plan,"
    "status,status_changed_at,declared_use,label,keys,signup.ja4\n"
    'a1,2026-03-01,192.0.2.1,d1,r1,Example.org,e1,true,p1,card1,n1,DE,o1,pro,Banned,2026-03-02,coding,confirmed,"[""k1""]",x\n'
)


def test_canonical_names(tmp_path: Path) -> None:
    accounts = read(tmp_path, CANONICAL)
    assert present(accounts) == [
        {
            "account_id": "a1",
            "created_at": START,
            "banned_at": START + DAY,
            "organisation": "o1",
            "email_domain": "example.org",
            "email_key": "e1",
            "email_disposable": True,
            "phone_key": "p1",
            "payment_key": "card1",
            "device_key": "d1",
            "signup_address": "192.0.2.1",
            "referral_code": "r1",
            "billing_country": "DE",
            "plan": "pro",
            "status": "banned",
            "status_changed_at": START + DAY,
            "declared_use": "coding",
            "name_key": "n1",
            "label": "confirmed",
            "api_key_ids": ["k1"],
        }
    ]
    assert (accounts.ignored, accounts.rejects.total, accounts.warnings) == (("signup.ja4",), 0, ())
    assert accounts.table.schema == ACCOUNT_SCHEMA


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("id,created\na,1772323200\n", {"account_id": "a", "created_at": START}, id="plain names"),
        pytest.param("account_id\na\n", {"account_id": "a"}, id="one column"),
        pytest.param("account_id", None, id="a header alone"),
        pytest.param(
            "user_id;Email\nu;A@b.org\n",
            {"account_id": "u", "email_key": "a@b.org", "email_domain": "b.org"},
            id="semicolons",
        ),
        pytest.param("key_hash,org\nk,Acme\n", {"account_id": "k", "organisation": "Acme"}, id="only a key"),
        pytest.param(
            "account_id,user_id,api_key_hash\na,u,k\n", {"account_id": "a", "api_key_ids": ["u", "k"]}, id="other ids"
        ),
        pytest.param(
            "account_id,api_keys\na,k1;k2\n", {"account_id": "a", "api_key_ids": ["k1", "k2"]}, id="many keys"
        ),
        pytest.param("id,banned\na,2026-03-01\n", {"account_id": "a", "banned_at": START}, id="banned when"),
        pytest.param("id,banned\na,true\n", {"account_id": "a", "status": "banned"}, id="banned or not"),
        pytest.param("id,banned\na,false\n", {"account_id": "a"}, id="not banned"),
        pytest.param(
            "id,status,status_changed_at\na,suspended,2026-03-01\n",
            {"account_id": "a", "status": "suspended", "status_changed_at": START, "banned_at": START},
            id="status that means a ban",
        ),
        pytest.param(
            "id,card_fingerprint,payment_method\na,,pm1\n",
            {"account_id": "a", "payment_key": "pm1"},
            id="second spelling",
        ),
    ],
)
def test_spellings(tmp_path: Path, content: str, expected: dict[str, Any] | None) -> None:
    if expected is None:
        with pytest.raises(InputError, match="no account can be read"):
            read(tmp_path, content)
        return
    assert present(read(tmp_path, content)) == [expected]


def test_bad_values_cost_themselves_and_rows_without_an_id_are_rejected(tmp_path: Path) -> None:
    accounts = read(tmp_path, "id,created,email_disposable\na,soon,1\n,2026-03-01,0\nb,2026-03-01,perhaps\n")
    assert present(accounts) == [
        {"account_id": "a", "email_disposable": True},
        {"account_id": "b", "created_at": START},
    ]
    assert accounts.rejects.counts == {
        "bad value: created_at": 1,
        "no account id": 1,
        "bad value: email_disposable": 1,
    }


def test_of_two_rows_with_one_id_the_later_wins_with_a_warning(tmp_path: Path) -> None:
    accounts = read(tmp_path, "id,plan\na,free\nb,free\na,pro\n")
    assert present(accounts) == [{"account_id": "b", "plan": "free"}, {"account_id": "a", "plan": "pro"}]
    assert accounts.warnings == ("1 account ids stand twice; the later row counts",)


def test_packed_csv_parquet_and_json_lines_read_alike(tmp_path: Path) -> None:
    rows = [{"id": "a", "signup": {"time": 1772323200, "ip": "192.0.2.1"}}, {"id": "b", "signup": {"time": 1772409600}}]
    csv = "id,signup.time,signup.ip\na,1772323200,192.0.2.1\nb,1772409600,\n"
    parquet = tmp_path / "parquet"
    pq.write_table(pa.Table.from_pylist(rows), parquet)
    found = [read(tmp_path, gzip.compress(csv.encode())), read(tmp_path, json_lines(*rows)), read_accounts(parquet)]
    expected = {"account_id": "a", "created_at": START, "signup_address": "192.0.2.1"}
    assert [present(accounts)[0] for accounts in found] == [expected] * 3


def test_a_file_that_is_cut_off_says_so(tmp_path: Path) -> None:
    content = gzip.compress(b"id,plan\n" + b"".join(b"%d,p\n" % number for number in range(5000)))
    assert read(tmp_path, content[:-50]).fault == "compressed stream ends early"


def test_without_an_id_column_the_error_names_the_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no column is an account id .*the file has: plan, tier"):
        read(tmp_path, "plan,tier\na,b\n")
