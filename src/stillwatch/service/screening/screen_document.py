"""The results of a screen as JSON and CSV; the record that is kept is the JSON, with every question that was asked.

screen_document(screened)["schema"]        # "stillwatch.screened/1"
"""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stillwatch.core.screened import Candidate, Screened

SCHEMA: Final = "stillwatch.screened/1"
CSV_COLUMNS: Final = (
    *(
        "account_id",
        "column",
        "asked",
        "candidate",
        "state",
        "score",
        "source",
        "source_id",
        "listed_name",
        "is_listed",
    ),
    *(
        "programmes",
        "countries",
        "start_date",
        "end_date",
        "on_lists",
        "because",
        "reviewed_by",
        "reviewed_at",
        "reason",
    ),
)
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
"""Spreadsheets take a cell that begins so for a formula; names are strangers'."""


def screen_document(screened: Screened) -> dict[str, Any]:
    """The result as JSON has it: what was found, and on what it rests."""
    record = screen_record(screened)
    record["asked"] = len(screened.asked)
    return record


def screen_record(screened: Screened) -> dict[str, Any]:
    """The same, with every question: which list in which version was asked for whom."""
    plain: dict[str, Any] = _plain(asdict(screened))
    is_complete = not screened.faults
    return {"schema": SCHEMA, "complete": is_complete, **plain}


def screen_csv(screened: Screened) -> bytes:
    """A row a candidate, for a spreadsheet; UTF-8 with its mark, which spreadsheets ask for."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for one in screened.candidates:
        writer.writerow([_cell(value) for value in _row(one)])
    return out.getvalue().encode("utf-8-sig")


def _row(one: Candidate) -> tuple[Any, ...]:
    review = one.review
    return (
        *(one.asked.account_id, one.asked.column, one.asked.name, one.id, one.state.value, one.score),
        *(one.source, one.source_id, one.listed_name, "yes" if one.is_listed else "no"),
        *("; ".join(one.programmes), "; ".join(one.countries), one.start_date, one.end_date),
        *("; ".join(one.on_lists), one.because),
        *((review.by, _plain(review.decided_at), review.reason) if review else ("", "", "")),
    )


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value
