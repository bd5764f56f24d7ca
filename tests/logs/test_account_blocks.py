from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.logs import accounts
from stillwatch.logs.account_blocks import read_columns
from stillwatch.logs.account_rows import plan_of
from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.file_blocks import open_blocks

if TYPE_CHECKING:
    from pathlib import Path

REGULAR = {
    "plain": "account_id,created_at,banned_at,organisation\na,2026-03-01T09:00:00Z,,Acme\nb,,2026-03-02T09:00:00Z,\n",
    "quoted": '"account_id","created_at","organisation"\n"a","2026-03-01T09:00:00Z","Acme, Ltd"\n"b",,\\N\n',
    "other times": "account_id,created_at,plan\na,2026-03-01 09:00:00,usage\nb,1772355600,pro\nc,,\n",
    "a ban told by the status": "id,status,status_changed_at\na,Banned,2026-03-01T09:00:00Z\nb,active,\n",
    "a domain told by the address": "id,email,phone\na,Ann+x@Example.COM,+49 (0)30 1\nb,b.c@googlemail.com,\n",
    "lines end in two characters": 'id,plan\r\n"a","x"\r\nb,y\r\n',
    "a flag": "id,disposable\na,yes\nb,false\n",
}
IRREGULAR = {
    "no id": "account_id,plan\n,x\n",
    "a bad value": "account_id,created_at\na,yesterday\n",
    "a day that is none": "account_id,created_at\na,2026-02-30T09:00:00Z\n",
    "spaces": "account_id,plan\n a ,x\n",
    "letters": "account_id,organisation\na,Müller\n",
    "two names of one column": "account_id,phone,mobile\na,1,2\n",
    "keys": "account_id,api_keys\na,k1;k2\n",
    "banned says yes": "account_id,banned\na,true\n",
    "a quote within": 'account_id,plan\na,x"y\n',
    "doubled quotes": 'account_id,plan\na,"x""y"\n',
    "too few columns": "account_id,plan\na\nb,x\n",
}


def _blocks(file: Path):
    return list(open_blocks(file, least_columns=1))


@pytest.mark.parametrize("case", [*REGULAR, *IRREGULAR])
def test_columns_read_as_rows_do(case, tmp_path, monkeypatch):
    file = tmp_path / "accounts.csv"
    file.write_bytes({**REGULAR, **IRREGULAR}[case].encode())
    with monkeypatch.context() as patch:
        patch.setattr(accounts, "read_columns", lambda _, __: None)
        try:
            by_row = read_accounts(file)
        except InputError as error:
            with pytest.raises(type(error)):
                read_accounts(file)
            return
    assert read_accounts(file) == by_row


@pytest.mark.parametrize("case", REGULAR)
def test_a_regular_block_is_read_as_columns(case, tmp_path):
    file = tmp_path / "accounts.csv"
    file.write_bytes(REGULAR[case].encode())
    [block] = _blocks(file)
    assert read_columns(block, plan_of(dict.fromkeys(block.csv.header))) is not None


@pytest.mark.parametrize("case", IRREGULAR)
def test_what_has_to_be_looked_at_is_left_to_the_rows(case, tmp_path):
    file = tmp_path / "accounts.csv"
    file.write_bytes(IRREGULAR[case].encode())
    [block] = _blocks(file)
    assert read_columns(block, plan_of(dict.fromkeys(block.csv.header))) is None
