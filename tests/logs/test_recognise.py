"""Which formats a file holds."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from log_factory import NOTES, json_lines, log_of, note, written

from stillwatch.core.errors import InputError
from stillwatch.logs.containers import Container
from stillwatch.logs.recognise import Recognised, first_records, recognise_file, recognise_with
from stillwatch.logs.shelf import formats

if TYPE_CHECKING:
    from pathlib import Path

OTHER = dataclasses.replace(NOTES, name="others", matches=lambda record: "other" in record or 1 / record["zero"])


def test_one_format_with_noise(tmp_path: Path) -> None:
    path = written(tmp_path, json_lines(note(1), {"level": "info"}) + b"nonsense\n")
    assert recognise_with(path, (NOTES,)) == Recognised(
        container=Container.JSON_LINES, formats=("notes",), records=2, unmatched=1
    )


def test_a_file_may_mix_formats_but_a_record_may_not(tmp_path: Path) -> None:
    mixed = written(tmp_path, json_lines({"other": 1}, note(1)))
    assert recognise_with(mixed, (NOTES, OTHER)).formats == ("notes", "others")
    both = written(tmp_path, json_lines({"other": 1, **note(1)}))
    with pytest.raises(InputError, match=r"record 1 fits several formats: notes, others .*--format notes"):
        recognise_with(both, (NOTES, OTHER))


def test_an_unknown_format_gets_a_proposal(tmp_path: Path) -> None:
    found = recognise_with(written(tmp_path, json_lines({"ts": 1772355600, "q": "Why?"})), (NOTES,))
    assert found.formats == ()
    assert 'started_at = "ts"' in found.proposal


def test_a_file_without_records_says_so(tmp_path: Path) -> None:
    found = recognise_with(written(tmp_path, b""), (NOTES,))
    assert (found.formats, found.records, found.proposal) == ((), 0, "")


def test_only_the_first_records_are_looked_at(tmp_path: Path) -> None:
    path = written(tmp_path, json_lines(*map(note, range(1000))))
    assert len(first_records(path)) == 50


@pytest.mark.parametrize("declared", formats(), ids=lambda declared: declared.name)
def test_every_format_of_the_shelf_is_recognised_in_its_own_cases(tmp_path: Path, declared: object) -> None:
    assert isinstance(declared, type(NOTES))
    for case in declared.cases:
        content = log_of(case.records)
        assert declared.name in recognise_file(written(tmp_path, content)).formats, case.name
