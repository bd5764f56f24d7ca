"""Results of a screen as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from lists_factory import ACCOUNTS, add, screened

from stillwatch.service.screening.screen_document import CSV_COLUMNS, screen_csv, screen_document, screen_record

if TYPE_CHECKING:
    from pathlib import Path


def test_the_document_is_plain_json_and_the_record_holds_the_questions(tmp_path: Path) -> None:
    add(tmp_path)
    found = screened(tmp_path)
    document, record = screen_document(found), screen_record(found)
    assert json.loads(json.dumps(document)) == document
    assert (document["schema"], document["complete"]) == ("stillwatch.screened/1", True)
    assert document["asked"] == len(record["asked"]) == 4
    assert document["screened_at"] == "2026-11-22T12:00:00Z"


def test_a_name_is_no_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    add(tmp_path)
    text = screen_csv(screened(tmp_path, ACCOUNTS.replace("a-2", "=HYPERLINK()"))).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert {row["account_id"] for row in rows} == {"a-1", "'=HYPERLINK()"}
    assert {row["state"] for row in rows} == {"open"}
