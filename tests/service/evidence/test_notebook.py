"""What was acknowledged is in the log and can be opened: whoever is killed, whatever is full, however many write."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.service.evidence import notebook as notebook_file
from stillwatch.service.evidence import tile_log
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.notebook import Notebook, Place, Statement

if TYPE_CHECKING:
    from collections.abc import Callable


def _made(folder: Path) -> Notebook:
    return Notebook(EvidenceLog.make(folder / "e", "log.example", clock=lambda: 5.0), clock=lambda: 5.0)


def _again(folder: Path) -> Notebook:
    return Notebook(EvidenceLog.open(folder / "e", clock=lambda: 6.0), clock=lambda: 6.0)


def _statements(*numbers: int) -> list[Statement]:
    return [Statement(kind=LeafKind.ACCESS, body={"number": number}, about="c-1") for number in numbers]


def _refuse_broken(book: Notebook, acknowledged: set[int]) -> None:
    """Every leaf is opened by its statement, none stands there twice, and nothing acknowledged is missing."""
    entries = {one.leaf: one for one in book.entries() if one.leaf is not None}
    assert sorted(entries) == list(range(book.log.size))
    for number, leaf in enumerate(book.log.leaves()):
        entry = entries[number]
        assert entry.body is not None
        assert (digest_of(entry.body), entry.kind, entry.about) == (leaf.sha256, leaf.kind, leaf.about)
    assert len({one.sha256 for one in entries.values()}) == len(entries)
    assert acknowledged <= {one.body["number"] for one in entries.values() if one.body}


def test_a_statement_is_in_the_log_and_can_be_opened(tmp_path: Path) -> None:
    book = _made(tmp_path)
    assert book.note(_statements(1, 2)) == (0, 1)
    assert book.note(_statements(2, 3)) == (1, 2)  # word for word the same is not noted again
    entry = _again(tmp_path).entry(2)
    assert entry is not None
    assert (entry.body, entry.noted_at, entry.leaf) == ({"number": 3}, datetime.fromtimestamp(5, UTC), 2)
    assert [one.body for one in book.entries([LeafKind.ACCESS])] == [{"number": one} for one in (1, 2, 3)]
    assert list(book.entries([LeafKind.SHARE])) == []
    assert book.entry(3) is None
    _refuse_broken(book, {1, 2, 3})


def test_how_far_something_was_followed_is_kept_with_what_was_noted_of_it(tmp_path: Path) -> None:
    book = _made(tmp_path)
    assert book.place("guard.db") is None
    book.note(_statements(1), Place("guard.db", 7.0, "ab"))
    assert _again(tmp_path).place("guard.db") == Place("guard.db", 7.0, "ab")


def test_what_was_said_cannot_be_guessed_from_its_digest(tmp_path: Path) -> None:
    book = _made(tmp_path)
    one, other = (book.said(LeafKind.ACCESS, "shown", {"who": "Ada"}, at=0.0) for _ in range(2))
    assert one.body["at"] == "1970-01-01T00:00:00Z"
    assert digest_of(one.body) != digest_of(other.body)


def test_what_is_erased_is_gone_and_the_log_still_holds(tmp_path: Path) -> None:
    book = _made(tmp_path)
    book.note([Statement(kind=LeafKind.ACCESS, body={"who": "somebody in particular"}), *_statements(1)])
    assert book.erase([digest_of({"who": "somebody in particular"}), "ab" * 32]) == 1
    entry = book.entry(0)
    assert entry is not None
    assert entry.body is None
    assert book.log.leaf(0).sha256 == entry.sha256
    book.close()
    left = b"".join(path.read_bytes() for path in (tmp_path / "e").glob("notes.db*"))
    assert zlib_of({"who": "somebody in particular"}) not in left
    assert zlib_of({"number": 1}) in left


def zlib_of(body: dict[str, object]) -> bytes:
    return notebook_file._packed(body)


def test_what_cannot_be_written_as_json_is_refused(tmp_path: Path) -> None:
    book = _made(tmp_path)
    with pytest.raises(InputError, match="cannot be sealed"):
        book.note([Statement(kind=LeafKind.OTHER, body={"number": 1 << 60})])
    assert (book.log.size, book.settle()) == (0, 0)


@pytest.mark.parametrize("step", range(5))
def test_a_full_disk_lets_a_statement_wait_and_the_next_one_takes_it_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    book = _made(tmp_path)
    book.note(_statements(*range(3)))
    real: Callable[[Path, bytes], None] = tile_log._write
    written: list[Path] = []

    def write(target: Path, contents: bytes) -> None:
        if len(written) == step:
            raise OSError(errno.ENOSPC, "no space left on device")
        written.append(target)
        real(target, contents)

    monkeypatch.setattr(tile_log, "_write", write)
    if step < 3:  # a bundle, a tile, a checkpoint
        with pytest.raises(SettingsError, match="no space left"):
            book.note(_statements(7))
    else:
        book.note(_statements(7))
    monkeypatch.setattr(tile_log, "_write", real)
    book = _again(tmp_path)
    assert book.note(_statements(8)) == (4,)
    _refuse_broken(book, {0, 1, 2, 7, 8})


def test_a_disk_that_is_full_for_the_notebook_itself_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    book = _made(tmp_path)
    book.note(_statements(1))
    (pages,) = book.connection.execute("PRAGMA page_count").fetchone()
    book.connection.execute(f"PRAGMA max_page_count = {pages}")
    many = [Statement(kind=LeafKind.ACCESS, body={"number": one, "words": "x" * 60}) for one in range(2000)]
    with pytest.raises(SettingsError, match="database or disk is full"):
        book.note(many, Place("guard.db", 7.0))
    book.connection.execute("PRAGMA max_page_count = 1000000")
    assert (book.place("guard.db"), book.log.size, book.settle()) == (None, 1, 0)
    book.note(many[:2], Place("guard.db", 2.0))
    _refuse_broken(book, {0, 1})


def test_a_crash_between_the_log_and_the_notebook_notes_nothing_twice(tmp_path: Path) -> None:
    book = _made(tmp_path)
    book.note(_statements(1, 2))
    book.connection.execute("UPDATE note SET leaf = NULL")
    assert (_again(tmp_path).settle(), book.log.size) == (2, 2)
    _refuse_broken(book, {1, 2})


class _Killed(BaseException):
    """Ends a process, as far as this test is concerned: nobody catches it."""


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), min_size=1, max_size=4))
def test_kills_at_any_step_of_any_note_lose_nothing_that_was_acknowledged(turns: list[tuple[int, int]]) -> None:
    """Each turn opens the book anew, notes some statements, and is killed at its n-th write, or is not."""
    real: dict[str, Callable[..., None]] = {"_write": tile_log._write, "_sync_folders": tile_log._sync_folders}
    acknowledged: set[int] = set()
    with TemporaryDirectory() as folder:
        _made(Path(folder)).close()
        for turn, (step, count) in enumerate(turns):
            left = [step]

            def tick(what: Callable[..., None], *given: object, left: list[int] = left) -> None:
                if left[0] == 0:
                    raise _Killed
                left[0] -= 1
                what(*given)

            for name, what in real.items():
                setattr(tile_log, name, lambda *given, what=what, tick=tick: tick(what, *given))
            numbers = range(turn * 10, turn * 10 + count)
            try:
                book = _again(Path(folder))
                book.note(_statements(*numbers))
                acknowledged |= set(numbers)
            except _Killed:
                pass
            finally:
                book.close()
                for name, what in real.items():
                    setattr(tile_log, name, what)
        book = _again(Path(folder))
        book.settle()
        _refuse_broken(book, acknowledged)
        book.close()


_WRITER = """
import sys
from pathlib import Path
from stillwatch.core.leaf import LeafKind
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.notebook import Notebook, Statement
book = Notebook(EvidenceLog.open(Path(sys.argv[1]), clock=lambda: 1.0), clock=lambda: 1.0)
number = int(sys.argv[2])
while True:
    for count in (1, 30):
        numbers = range(number, number + count)
        book.note([Statement(kind=LeafKind.ACCESS, body={"number": one}, about="c-1") for one in numbers])
        print(*numbers, sep="\\n", flush=True)
        number += count
"""


@pytest.mark.slow
def test_what_was_acknowledged_survives_kill_9_of_two_writers(tmp_path: Path) -> None:
    _made(tmp_path).close()
    outs = [(tmp_path / f"{one}").open("w+") for one in range(2)]
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path / "e"), str(one * 10**6)], stdout=out)  # noqa: S603  # ours
        for one, out in enumerate(outs)
    ]
    until = time.monotonic() + 30
    while min(Path(out.name).stat().st_size for out in outs) < 200:
        assert time.monotonic() < until
        time.sleep(0.01)
    acknowledged: set[int] = set()
    for writer, out in zip(writers, outs, strict=True):
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        out.seek(0)
        acknowledged |= {int(line) for line in out.read().split("\n")[:-1]}
        out.close()
    book = _again(tmp_path)
    book.settle()
    assert len(acknowledged) > 60
    _refuse_broken(book, acknowledged)
