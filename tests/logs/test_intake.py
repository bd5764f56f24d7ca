"""The intake: a block is let go when nothing needs it any more, and a log may be called otherwise than its blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from exchange_log import exchange, write_log
from stillwatch.logs.file_blocks import Block, open_blocks
from stillwatch.logs.intake import Taken, keep, open_intake
from stillwatch.logs.make_part import rejects_to_plain
from stillwatch.logs.reading import Reading
from stillwatch.logs.rejects import Rejects
from stillwatch.logs.store import Store, StoredInput

if TYPE_CHECKING:
    from pathlib import Path

_FORMATS = ("stillwatch_exchange",)


def take(store: Store, *logs: Path, **said: Any) -> tuple[Taken, list[str]]:
    """What became of these files' blocks, taken as one log, and those that were let go."""
    let_go: list[str] = []
    with open_intake(store, Reading(workers=1), 0) as intake:
        blocks = (block for log in logs for block in open_blocks(log))
        taken = intake.take(blocks, _FORMATS, done_with=lambda block: let_go.append(block.path.name), **said)
    return taken, let_go


def entry(taken: Taken, name: str) -> StoredInput:
    plain = rejects_to_plain(Rejects())
    return StoredInput(
        path=name, sha256="", size_bytes=0, formats=_FORMATS, parts=taken.parts, rejects=plain, complete=True
    )


def test_each_block_is_let_go_once_be_it_new_or_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(tmp_path / "store")
    logs = [write_log(tmp_path / f"{n}.jsonl", [exchange(n)]) for n in range(3)]
    first = take(store, *logs)
    assert first == (Taken(first[0].parts, ()), ["0.jsonl", "1.jsonl", "2.jsonl"])
    assert len(set(first[0].parts)) == 3
    keep(store, [entry(first[0], "a")])
    monkeypatch.setattr("stillwatch.logs.make_part.parse_block", lambda *_: pytest.fail("parsed again"))
    assert take(store, *logs) == first


def test_rejects_name_the_log_as_it_is_called(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    log = write_log(tmp_path / "a.jsonl", [*map(exchange, range(3)), {"account_id": "timeless"}])
    taken, _ = take(store, log, log_name="sqlite:/srv/log.db")
    one = entry(taken, "sqlite:/srv/log.db")
    keep(store, [one])
    examples = [example for found in store.rejects([one]).examples.values() for example in found]
    assert [(example.path, example.line) for example in examples] == [("sqlite:/srv/log.db", 4)]


def test_a_block_that_is_in_a_log_twice_is_two_parts(tmp_path: Path) -> None:
    def twice() -> list[Block]:
        return [block for block in open_blocks(log) for _ in range(2)]

    store, log = Store.open(tmp_path / "store"), write_log(tmp_path / "a.jsonl", map(exchange, range(3)))
    with open_intake(store, Reading(workers=1), 0) as intake:
        taken = intake.take(twice(), _FORMATS)
    assert len(set(taken.parts)) == 2
