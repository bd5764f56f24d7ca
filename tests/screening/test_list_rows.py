"""CSV of lists: encodings, the mark at the end, rows cut off."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import InputError
from stillwatch.screening.list_rows import decoded, header_of, plain_rows, table_rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_letters_survive_any_encoding_of_lists(encoding: str) -> None:
    assert decoded("José Ñandú".encode(encoding)) == "José Ñandú"


def test_the_end_of_file_mark_is_no_row() -> None:
    assert list(plain_rows(b'1,"a\r\nb"\r\n\r\n2,c\r\n\x1a', "a.csv")) == [(1, ["1", "a\r\nb"]), (4, ["2", "c"])]


def test_a_row_that_is_cut_off_is_named() -> None:
    with pytest.raises(InputError, match=r"a\.csv:3: the row has 1 columns, its header 2"):
        list(table_rows(b"a,b\n1,2\n3\n", "a.csv"))


def test_a_field_without_end_is_refused() -> None:
    with pytest.raises(InputError, match="no CSV"):
        list(plain_rows(b'1,"' + b"x" * (5 << 20), "a.csv"))


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(InputError, match="empty"):
        list(table_rows(b"", "a.csv"))
    assert header_of(b"") == []
    assert header_of(b"A, b\n1,2") == ["a", "b"]
