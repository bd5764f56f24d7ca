"""Files of tokens: with values for oneself, without for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.service.sharing.token_file import ToCompare, Token, read_tokens, read_values, write_given, write_kept

if TYPE_CHECKING:
    from pathlib import Path

_TOKENS = [
    Token(Form.OPRF, "e.1", IndicatorKind.PHONE, "zz", '+49 30 "1"', "acct-1"),
    Token(Form.OPRF, "e.1", IndicatorKind.EMAIL, "bb", "ada@example.org", "acct,2"),
    Token(Form.OPRF, "e.1", IndicatorKind.EMAIL, "aa", "ben@example.org", "acct-1"),
    Token(Form.OPRF, "e.1", IndicatorKind.EMAIL, "aa", "BEN@example.org", "acct-9"),
]


def test_what_is_kept_is_read_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_kept(tmp_path / "mine.csv", _TOKENS)
    assert read_tokens(tmp_path / "mine.csv") == tuple(_TOKENS)
    assert (tmp_path / "mine.csv").stat().st_mode & 0o777 == 0o600


def test_what_is_given_tells_neither_values_nor_their_order_nor_how_often(tmp_path: Path) -> None:
    write_given(tmp_path / "a.csv", _TOKENS)
    write_given(tmp_path / "b.csv", _TOKENS[::-1])
    text = (tmp_path / "a.csv").read_text()
    assert text == "form,key_id,kind,token\noprf,e.1,email,aa\noprf,e.1,email,bb\noprf,e.1,phone,zz\n"
    assert (tmp_path / "b.csv").read_text() == text


def test_values_come_with_labels_or_without(tmp_path: Path) -> None:
    file = tmp_path / "values.csv"
    file.write_text("\ufeffvalue,kind\nada@example.org,email\n", "utf-8")
    assert read_values(file) == (ToCompare(IndicatorKind.EMAIL, "ada@example.org"),)
    file.write_text("kind,value,label,more\nphone,+49 30 1234567,acct-1,x\n")
    assert read_values(file) == (ToCompare(IndicatorKind.PHONE, "+49 30 1234567", "acct-1"),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("value\nx\n", "no column 'kind'"),
        ("", "no column 'kind'"),
        ("kind,value\nfax,1\n", r"values.csv:2: unknown kind 'fax'"),
    ],
)
def test_a_file_of_values_that_is_wrong_says_where(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "values.csv").write_text(text)
    with pytest.raises(InputError, match=says):
        read_values(tmp_path / "values.csv")


@pytest.mark.parametrize(
    "row", ["clear,e.1,email,aa", "oprf,,email,aa", "oprf,e.1,email,a b", "oprf,e.1,fax,aa", "oprf,e.1,email", "x" * 9]
)
def test_what_is_no_token_is_refused(row: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"form,key_id,kind,token\n{row}\n")
    with pytest.raises(InputError, match=r"t\.csv:2"):
        read_tokens(tmp_path / "t.csv")


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    for name in ("missing.csv", "binary.csv"):
        with pytest.raises(InputError, match="cannot be read"):
            read_tokens(tmp_path / name)
