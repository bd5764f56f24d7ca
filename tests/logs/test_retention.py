"""Erasure within the Parquet of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from stillwatch.logs.lay_out import lay_out
from stillwatch.logs.retention import forget_account, forget_before
from stillwatch.logs.sketching import sketch_batch
from stillwatch.logs.store import Part, Store, StoredInput, first_exchange_no, write_part

if TYPE_CHECKING:
    from pathlib import Path


def store_of(root: Path, *parts: list[tuple[int, str]]) -> Store:
    """A store whose parts hold the given (time, account) exchanges."""
    store = Store.open(root, content="full")
    for number, rows in enumerate(parts):
        batch = lay_out(
            [{"started_at": at, "account_id": who, "prompt_text": f"{who} asks at {at}"} for at, who in rows]
        ).batch
        made = sketch_batch(
            batch, salt=store.settings.salt, unit=None, content="full", first_no=first_exchange_no(number)
        )
        times = [at for at, _ in rows]
        plain = {"counts": {}, "examples": {}}
        spans = {"first_at": min(times), "last_at": max(times)}
        part = Part(name=f"p{number}", number=number, exchanges=len(rows), formats={}, rejects=plain, **spans)
        write_part(root, part, [made])
    names = tuple(f"p{number}" for number in range(len(parts)))
    entry = {"sha256": "", "size_bytes": 0, "formats": (), "rejects": {"counts": {}, "examples": {}}, "complete": True}
    store.put_input(StoredInput(path="log", parts=names, **entry))
    return store


def kept(store: Store) -> list[tuple[int, str]]:
    """(time, excerpt's account) of what is left, and a check that the other tables agree."""
    out = []
    for file in store.files("exchanges"):
        name = file.rpartition("/")[2]
        times = {row["exchange_no"]: row["started_at"] for row in pq.read_table(file).to_pylist()}
        excerpts = pq.read_table(store.root / "excerpts" / name).to_pylist()
        keys = set(pq.read_table(store.root / "keys" / name)["exchange_no"].to_pylist())
        assert keys == set(times) == {row["exchange_no"] for row in excerpts}
        out += [(times[row["exchange_no"]], row["prompt_text"].split()[0]) for row in excerpts]
    return sorted(out)


def names(store: Store) -> set[str]:
    return {row["name_text"] for file in store.files("names") for row in pq.read_table(file).to_pylist()}


def test_one_account_goes_and_nobody_else(tmp_path: Path) -> None:
    store = store_of(tmp_path, [(1, "a"), (2, "b")], [(3, "a")], [(4, "c")])
    assert forget_account(store, "a") == 2
    assert kept(store) == [(2, "b"), (4, "c")]
    assert names(store) == {"b", "c"}


@pytest.mark.parametrize("unknown", ["z", "A", "a "])
def test_an_unknown_account_changes_no_file(tmp_path: Path, unknown: str) -> None:
    store = store_of(tmp_path, [(1, "a"), (2, "b")])
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.parquet")}
    assert forget_account(store, unknown) == 0
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.parquet")} == before


def test_what_started_before_goes_and_the_moment_itself_stays(tmp_path: Path) -> None:
    store = store_of(tmp_path, [(1, "a"), (2, "b")], [(3, "a"), (4, "c")], [(9, "d")])
    assert forget_before(store, 3) == 2
    assert kept(store) == [(3, "a"), (4, "c"), (9, "d")]
    assert names(store) == {"a", "c", "d"}


def test_killed_half_way_and_made_again_ends_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(tmp_path, [(1, "a"), (2, "b")], [(3, "a")])
    written, write = [], pq.write_table

    def write_until_killed(rows: object, where: object, **options: object) -> None:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(where)
        write(rows, where, **options)

    monkeypatch.setattr("stillwatch.logs.retention.pq.write_table", write_until_killed)
    with pytest.raises(KeyboardInterrupt):
        forget_account(store, "a")
    monkeypatch.undo()
    forget_account(store, "a")
    assert kept(store) == [(2, "b")]
    assert names(store) == {"b"}


def test_the_parts_stay_closed(tmp_path: Path) -> None:
    store = store_of(tmp_path, [(1, "a")], [(2, "b")])
    forget_account(store, "a")
    assert sorted(store.parts()) == ["p0", "p1"]
    assert store.sweep() == 0


def test_the_api_keys_of_an_account_go_with_it(tmp_path: Path) -> None:
    batch = lay_out(
        [{"started_at": at, "account_id": who, "api_key_id": f"key-{who}"} for at, who in [(1, "a"), (2, "b")]]
    ).batch
    store = Store.open(tmp_path)
    made = sketch_batch(batch, salt=store.settings.salt, unit=None, content="sketch", first_no=first_exchange_no(0))
    plain = {"counts": {}, "examples": {}}
    write_part(
        tmp_path, Part(name="p0", number=0, exchanges=2, formats={}, rejects=plain, first_at=1, last_at=2), [made]
    )
    assert names(store) == {"a", "b", "key-a", "key-b"}
    forget_account(store, "a")
    assert names(store) == {"b", "key-b"}
