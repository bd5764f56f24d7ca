"""What a file is said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from exchange_log import exchange, write_log
from stillwatch.core.errors import InputError
from stillwatch.core.format_info import Explanation
from stillwatch.logs.shelf import formats
from stillwatch.service.explain_format import MOST_FILES, explain_format

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.format import Format


def test_a_known_file(tmp_path: Path) -> None:
    records = [{"record_id": f"r{n}", "started_at": exchange(n)["started_at"], "account_id": "a"} for n in range(4)]
    log = write_log(tmp_path / "log", [records[0] | {"prompt_text": "Why?"}, *records[1:]])
    with log.open("ab") as file:
        file.write(b"nonsense\n")
    assert explain_format(str(log)) == (
        Explanation(
            path=str(log),
            size_bytes=log.stat().st_size,
            container="JSON Lines",
            formats=("stillwatch_exchange",),
            records=4,
            unmatched=0,
            exchanges=4,
            is_pieces=False,
            columns={"record_id": 1.0, "source": 1.0, "started_at": 1.0, "account_id": 1.0, "prompt_text": 0.25},
            evidence={"content": ("prompt_text",), "timing": ("started_at",)},
            rejects={"not JSON": 1},
            mapping="",
            problem="",
        ),
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no record"),
        (b'{"ts": 1772355600, "q": "Why?"}\n', "no known format"),
        (b"\x00\x01\x02\xff" * 100, ""),
    ],
    ids=["empty", "unknown", "binary"],
)
def test_a_file_that_cannot_be_read_as_it_is(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "log").write_bytes(content)
    [told] = explain_format(str(tmp_path / "log"))
    assert told.problem
    assert problem in told.problem
    assert (told.formats, told.columns) == ((), {})


def test_a_folder_is_explained_file_by_file_up_to_a_limit(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 3):
        write_log(tmp_path / f"{number:02}.jsonl", [exchange(1)])
    told = explain_format(str(tmp_path))
    assert [one.path for one in told] == [str(tmp_path / f"{number:02}.jsonl") for number in range(MOST_FILES)]


@pytest.mark.parametrize("declared", formats(), ids=lambda declared: declared.name)
def test_every_format_is_explained_in_its_own_words(tmp_path: Path, declared: Format) -> None:
    case = declared.cases[0]
    if all("_line" in record for record in case.records):
        (tmp_path / "log").write_text("\n".join(record["_line"] for record in case.records))
    else:
        write_log(tmp_path / "log", map(dict, case.records))
    [told] = explain_format(str(tmp_path / "log"))
    assert declared.name in told.formats
    assert told.columns or told.rejects or not case.rows


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no log file found"):
        explain_format(str(tmp_path / "nothing"))
