"""Joining parts, whatever their order and however many."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from log_factory import NOTES, log_of, written

from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.format import Case, Format, Part, Row
from stillwatch.logs.joiner import AMBIGUOUS, Joiner
from stillwatch.logs.parse import parse_block
from stillwatch.logs.recognise import recognise_file
from stillwatch.logs.shelf import formats

if TYPE_CHECKING:
    from pathlib import Path


def finish(row: Row, pieces: dict[str, str]) -> Row:
    if pieces.get("text") == "broken":
        raise ValueError("bad body")
    return {**row, "prompt_text": pieces["text"]} if pieces else row


JOINED = dataclasses.replace(NOTES, finish=finish)


def asked(key: str, text: str = "Why?") -> Part:
    return Part("note", key, 0, {"source": "notes", "account_id": "a", "prompt_text": text}, {}, needs_more=True)


def answered(key: str, reply: str = "So.", **row: Any) -> Part:
    return Part("note", key, 1, {"source": "notes", "started_at": 1, "reply_text": reply, **row}, {})


def join(folder: Path, parts: list[Part], most: int = 1000) -> tuple[list[Row], dict[str, int]]:
    with Joiner((JOINED,), folder, most_in_memory=most) as joiner:
        joiner.add(parts)
        rows = list(joiner.rows())
        return rows, dict(joiner.rejects.counts)


def row(reply: str = "So.", text: str | None = "Why?", **more: Any) -> Row:
    said = {"account_id": "a", "prompt_text": text} if text else {}
    return {"source": "notes", "started_at": 1, "reply_text": reply, **said, **more}


@pytest.mark.parametrize("most", [1, 2, 1000], ids=["in a file", "half in a file", "in memory"])
def test_parts_meet_in_any_order(tmp_path: Path, most: int) -> None:
    parts = [answered("k2"), asked("k1"), asked("k2", "How?"), answered("k1")]
    assert join(tmp_path, parts, most) == ([row(), row(text="How?")], {})
    assert list(tmp_path.iterdir()) == []


def test_the_first_value_by_sequence_wins_and_none_is_missing(tmp_path: Path) -> None:
    parts = [answered("k", account_id="later", user_id="u"), asked("k"), Part("note", "k", 2, {"user_id": "w"}, {})]
    assert join(tmp_path, parts) == ([row(user_id="u")], {})


def test_text_is_put_together_by_sequence(tmp_path: Path) -> None:
    pieces = [
        Part("note", "k", place, {"source": "notes", "started_at": 1}, {"text": str(place)}) for place in range(12)
    ]
    rows, _ = join(tmp_path, pieces[::-1])
    assert rows[0]["prompt_text"] == "01234567891011"


def test_pieces_of_one_moment_follow_in_the_order_added(tmp_path: Path) -> None:
    pieces = [Part("note", "k", 7, {}, {"text": text}) for text in "ab"]
    assert join(tmp_path, [answered("k"), *pieces, *pieces])[0] == [row(text=None, prompt_text="ab")]


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    parts = [asked("k"), answered("k")]
    assert join(tmp_path, parts * 2) == join(tmp_path, parts)


def test_halves_are_rejects_and_whole_parts_stand_alone(tmp_path: Path) -> None:
    rows, rejects = join(tmp_path, [asked("k1"), asked("k1"), answered("k2")])
    assert ([found["reply_text"] for found in rows], rejects) == (["So."], {"half of a joined record: note": 1})


def test_a_key_that_comes_back_pairs_in_order(tmp_path: Path) -> None:
    rows, rejects = join(tmp_path, [asked("k"), answered("k"), asked("k", "How?"), answered("k", "Thus.")])
    assert (rows, rejects) == ([row(), row("Thus.", "How?")], {})


def test_a_context_that_came_once_goes_with_each(tmp_path: Path) -> None:
    rows, rejects = join(tmp_path, [asked("k"), answered("k"), answered("k", "Thus.")])
    assert (rows, rejects) == ([row(), row("Thus.")], {})


def test_what_cannot_be_paired_is_said(tmp_path: Path) -> None:
    parts = [asked("k"), asked("k", "How?"), *(answered("k", reply) for reply in "abc")]
    rows, rejects = join(tmp_path, parts)
    assert ([found["reply_text"] for found in rows], rejects) == (["a", "b", "c"], {AMBIGUOUS: 2})


def test_what_cannot_be_finished_is_a_reject(tmp_path: Path) -> None:
    broken = Part("note", "k1", 2, {}, {"text": "broken"})
    parts = [asked("k1"), broken, answered("k1"), asked("k2"), Part("note", "k2", 1, {"source": "notes"}, {})]
    assert join(tmp_path, parts) == ([], {"unreadable joined record: bad body": 1, "no start time": 1})


def test_batches_are_canonical_and_leave_misfits_out(tmp_path: Path) -> None:
    with Joiner((JOINED,), tmp_path) as joiner:
        joiner.add([asked("k1"), answered("k1"), asked("k2"), answered("k2", user_id=7), answered("k3", user_id=2**70)])
        (batch,) = joiner.batches()
        assert batch.column("prompt_text").to_pylist() == ["Why?"]
        assert joiner.rejects.counts == {"wrong type: user_id": 1, "wrong type in a joined record": 1}


CASES = [pytest.param(found, case, id=f"{found.name}: {case.name}") for found in formats() for case in found.cases]


@pytest.mark.parametrize(("declared", "case"), CASES)
def test_every_case_of_the_shelf_comes_out_of_a_file_as_declared(tmp_path: Path, declared: Format, case: Case) -> None:
    path = written(tmp_path, log_of(case.records))
    parsed = [parse_block(block, recognise_file(path).formats) for block in open_blocks(path)]
    with Joiner(formats(), tmp_path) as joiner:
        joiner.add(part for one in parsed for part in one.parts)
        batches = [batch for one in parsed for batch in one.batches] + list(joiner.batches())
    rows = [row for batch in batches for row in batch.to_pylist()]
    found = [{name: value for name, value in row.items() if value is not None} for row in rows]
    wanted = [{name: value for name, value in row.items() if value is not None} for row in case.rows]
    timed = [row for row in wanted if "started_at" in row]
    assert sorted(found, key=repr_sorted) == sorted(timed, key=repr_sorted), declared.name


def repr_sorted(row: Row) -> str:
    return repr(sorted(row.items()))


def test_nothing_joins_to_nothing(tmp_path: Path) -> None:
    assert join(tmp_path, []) == ([], {})
