"""Files of tokens: what one keeps, with the values; what one gives to others, without.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> one = Token(Form.PAIRWISE, "0011223344556677", IndicatorKind.EMAIL, "dG9rZW4", "ada@example.org", "acct-1")
>>> with TemporaryDirectory() as folder:
...     write_kept(Path(folder) / "mine.csv", [one])
...     write_given(Path(folder) / "given.csv", [one])
...     kept, given = read_tokens(Path(folder) / "mine.csv"), read_tokens(Path(folder) / "given.csv")
>>> kept == (one,), given
(True, (Token(form=<Form.PAIRWISE: 'pairwise'>, key_id='0011223344556677', kind=<IndicatorKind.EMAIL: 'email'>, \
token='dG9rZW4', value='', label=''),))

CSV, UTF-8, with a header. What is given is sorted by the token, so that its order tells nothing, and each stands once.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_GIVEN: Final = ("form", "key_id", "kind", "token")
_KEPT: Final = (*_GIVEN, "value", "label")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_MOST_BYTES: Final = 1 << 30


class Token(NamedTuple):
    form: Form
    """`pairwise` or `oprf`."""
    key_id: str
    """Of the pair's key, or of the epoch: only tokens under one key are compared."""
    kind: IndicatorKind
    token: str
    """In base64url, without padding."""
    value: str = ""
    """What it is of; empty in what others gave."""
    label: str = ""
    """What the one who keeps it calls it, such as the account that it belongs to."""


class ToCompare(NamedTuple):
    """One value that is to be compared."""

    kind: IndicatorKind
    value: str
    label: str = ""


def read_values(path: Path) -> tuple[ToCompare, ...]:
    """Values from a CSV with the columns `kind`, `value` and, if there is one, `label`.

    Raises:
        InputError: A column is missing, or a kind is unknown.
    """
    return tuple(
        ToCompare(_kind(row, where), row["value"], row.get("label") or "")
        for where, row in _rows(path, ("kind", "value"))
    )


def read_tokens(path: Path) -> tuple[Token, ...]:
    """Tokens, kept or given.

    Raises:
        InputError: It is no file of tokens.
    """
    found = []
    for where, row in _rows(path, _GIVEN):
        if row["form"] not in (Form.PAIRWISE, Form.OPRF) or not row["key_id"] or not _TOKEN.fullmatch(row["token"]):
            raise InputError("no token", where=where, mend="take a file that `stillwatch match tokens` has written")
        made = Form(row["form"]), row["key_id"], _kind(row, where), row["token"]
        found.append(Token(*made, row.get("value") or "", row.get("label") or ""))
    return tuple(found)


def write_kept(path: Path, tokens: Iterable[Token]) -> None:
    """Write tokens with their values, readable for their owner alone."""
    _write(path, _KEPT, list(tokens), mode=0o600)


def write_given(path: Path, tokens: Iterable[Token]) -> None:
    """Write tokens without their values, for others."""
    plain = {one._replace(value="", label="") for one in tokens}
    _write(path, _GIVEN, sorted(plain, key=lambda one: (one.kind, one.token)), mode=None)


def _write(path: Path, names: tuple[str, ...], tokens: list[Token], *, mode: int | None) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([getattr(one, name) for name in names] for one in tokens)
    write_whole(path, text.getvalue().encode(), mode=mode)


def _rows(path: Path, names: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read(_MOST_BYTES)
        reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
        if missing := [name for name in names if name not in (reader.fieldnames or ())]:
            mend = f"write a header with {', '.join(names)}"
            raise InputError(f"no column {missing[0]!r}", where=str(path), mend=mend)
        for row in reader:
            yield f"{path}:{reader.line_num}", row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"cannot be read: {error}", where=str(path), mend="name a CSV in UTF-8") from error


def _kind(row: dict[str, Any], where: str) -> IndicatorKind:
    try:
        return IndicatorKind(row["kind"])
    except ValueError as error:
        mend = f"known are: {', '.join(IndicatorKind)}"
        raise InputError(f"unknown kind {row['kind']!r}", where=where, mend=mend) from error
