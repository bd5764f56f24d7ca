"""The exchanges of a log that a licence covers: by its accounts, in its term, with its models, and answered."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.logs.exchange_rows import ExchangeRows
from stillwatch.logs.files import expand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.core.licence import Licence
    from stillwatch.logs.ingest import Progress
    from stillwatch.logs.reading import Reading

_WHO: Final = ("account_id", "api_key_id", "user_id", "team_id", "org_id")


class Exchange(NamedTuple):
    id: str
    """By which both sides know it: the response's, else the record's."""
    started_at: int
    """Nanoseconds since 1970 UTC."""
    model: str
    turn: int
    """1 = a fresh question."""
    system_text: str
    prompt_text: str
    reply_text: str
    input_tokens: int
    output_tokens: int


_COLUMNS: Final = (
    *("record_id", "response_id", "started_at", "status_code", "request_model"),
    *_WHO,
    *Exchange._fields[3:],
)


class Logs(NamedTuple):
    """What to read."""

    paths: tuple[str, ...]
    """Files, folders or globs."""
    reading: Reading
    progress: Progress
    """Told of the bytes that are read."""


class LicensedExchanges:
    """Take `rows` once; what they leave out is counted."""

    def __init__(self, licence: Licence, logs: Logs, *, spill: Path) -> None:
        self._licence = licence
        paths = expand(logs.paths)
        self._exchanges = ExchangeRows(paths, logs.reading, _COLUMNS, spill=spill, progress=logs.progress)
        self._is_teacher = re.compile("|".join(map(translate, licence.teachers))).match
        self.others = 0
        """Of other accounts."""
        self.not_covered = 0
        """Of the licensee, outside of the term or with another model."""
        self.failed = 0
        """Of the licensee, without an answer."""

    @property
    def rejected(self) -> int:
        return self._exchanges.rejected

    @property
    def faults(self) -> tuple[str, ...]:
        return self._exchanges.faults

    def rows(self) -> Iterator[Exchange]:
        """The exchanges, in the order of the files.

        Raises:
            InputError: A file cannot be read, or its format is not clear.
        """
        accounts = frozenset(self._licence.accounts)
        start = self._licence.valid_from.timestamp() * 1e9
        end = self._licence.valid_until.timestamp() * 1e9
        for row in self._exchanges.rows():
            given = dict(zip(_COLUMNS, row, strict=True))
            if accounts.isdisjoint(given[name] for name in _WHO):
                self.others += 1
            elif not start <= given["started_at"] < end or not self._is_teacher(given["request_model"] or ""):
                self.not_covered += 1
            elif (given["status_code"] or 200) >= 400:
                self.failed += 1
            else:
                yield Exchange(
                    given["response_id"] or given["record_id"] or "",
                    given["started_at"],
                    given["request_model"] or "",
                    given["turn"] or 0,
                    given["system_text"] or "",
                    given["prompt_text"] or "",
                    given["reply_text"] or "",
                    given["input_tokens"] or 0,
                    given["output_tokens"] or 0,
                )
