"""The shelf of list formats: each case of each format, what none of them takes for another's, and damaged files."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.core.errors import InputError
from stillwatch.screening.list_shelf import list_formats, recognise

if TYPE_CHECKING:
    from stillwatch.screening.list_format import ListCase, ListFormat, ReadList

SHELF = list_formats()
CASES = [pytest.param(found, case, id=f"{found.name}: {case.name}") for found in SHELF for case in found.cases]


def without_raw(read: ReadList) -> ReadList:
    entities = tuple(replace(one, raw="") for one in read.entities)
    return replace(read, entities=entities, owned=tuple(replace(one, raw="") for one in read.owned))


@pytest.mark.parametrize(("declared", "case"), CASES)
def test_a_case_is_read_as_stated_with_its_source(declared: ListFormat, case: ListCase) -> None:
    read = declared.read(case.files, "EXAMPLE")
    assert without_raw(read) == case.read
    assert all(json.loads(one.raw) for one in (*read.entities, *read.owned))


@pytest.mark.parametrize(("declared", "case"), CASES)
def test_files_are_recognised_as_their_own_format_alone(declared: ListFormat, case: ListCase) -> None:
    assert [one.name for one in recognise(case.files)] == [declared.name]


@pytest.mark.parametrize("declared", SHELF, ids=lambda declared: declared.name)
def test_a_format_says_where_it_is_from_and_when_it_is_stale(declared: ListFormat) -> None:
    assert declared.title
    assert declared.licence
    assert declared.stale_after_days > 0
    assert all(url.startswith("https://") for url in declared.published)


@pytest.mark.parametrize(("declared", "case"), CASES)
def test_an_empty_list_is_refused_and_never_read_as_nobody(declared: ListFormat, case: ListCase) -> None:
    with pytest.raises(InputError):
        declared.read(dict.fromkeys(case.files, b""), "EXAMPLE")


@pytest.mark.parametrize("name", ["csl_csv", "targets_csv", "private_csv"])
def test_a_header_alone_is_no_list(name: str) -> None:
    declared = next(one for one in SHELF if one.name == name)
    with pytest.raises(InputError, match="holds nobody"):
        declared.read({file: data.splitlines()[0] for file, data in declared.cases[0].files.items()}, "EXAMPLE")


@pytest.mark.parametrize(("declared", "case"), CASES)
@settings(max_examples=30)
@given(data=st.data())
def test_a_damaged_list_is_refused_or_says_what_it_refused(
    declared: ListFormat, case: ListCase, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(case.files)))
    whole = case.files[name]
    place = data.draw(st.integers(0, len(whole) - 1))
    junk = data.draw(st.sampled_from((b"", b"\x00", b'"', b"\xff\xfe", b"<!DOCTYPE a>", b"]}", b";" * 40)))
    files = {**case.files, name: whole[:place] + junk + whole[place + data.draw(st.integers(0, 9)) :]}
    try:
        read = declared.read(files, "EXAMPLE")
    except InputError:
        return
    assert read.entities or read.refused


def test_what_nobody_knows_is_no_list() -> None:
    assert recognise({"notes.txt": b"hello"}) == ()
    assert recognise({}) == ()


_PUBLISHED = os.environ.get("STILLWATCH_LIST_FILES", "")


@pytest.mark.skipif(not _PUBLISHED, reason="STILLWATCH_LIST_FILES names no folder of published lists, one a folder")
def test_published_lists_are_read_whole() -> None:
    folders = [folder for folder in sorted(Path(_PUBLISHED).iterdir()) if folder.is_dir()]
    assert folders
    for folder in folders:
        files = {file.name: file.read_bytes() for file in folder.iterdir()}
        (declared,) = recognise(files)
        read = declared.read(files, folder.name)
        assert read.entities, folder
        assert not read.refused, folder
