"""One golden log a format, written from the cases: `python tests/logs/formats/golden_files.py` refreshes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from stillwatch.logs.shelf import formats

if TYPE_CHECKING:
    from stillwatch.logs.format import Format

FOLDER = Path(__file__).parent / "golden"


def golden_path(declared: Format) -> Path:
    return FOLDER / f"{declared.name}{'.log' if declared.name == 'vllm_text' else '.jsonl'}"


def golden_text(declared: Format) -> bytes:
    """Every record of every case, one a line; a line of plain text stands as it is."""
    records = [record for case in declared.cases for record in case.records]
    return b"".join(
        (str(found["_line"]).encode() if "_line" in found else orjson.dumps(found)) + b"\n" for found in records
    )


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for one in formats():
        golden_path(one).write_bytes(golden_text(one))
