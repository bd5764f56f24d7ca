"""The store as state: what is closed counts, what is not does not, and settings are fixed when it is made."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.logs.lay_out import lay_out
from stillwatch.logs.rejects import Example, Rejects
from stillwatch.logs.sketching import sketch_batch
from stillwatch.logs.store import (
    TABLES,
    Part,
    Store,
    StoredInput,
    first_exchange_no,
    hold,
    part_name,
    write_part,
)

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.sketching import Tables

NONE: dict[str, Any] = {"counts": {}, "examples": {}}


def part(name: str = "p", number: int = 0, **fields: Any) -> Part:
    usual = {"exchanges": 2, "first_at": 1, "last_at": 2, "formats": {"notes": 2}, "rejects": NONE}
    return Part(name=name, number=number, **(usual | fields))


def tables(number: int = 0) -> Tables:
    batch = lay_out([{"started_at": at, "account_id": "a", "prompt_text": f"What is {at}?"} for at in (1, 2)]).batch
    return sketch_batch(batch, salt=7, unit=None, content="full", first_no=first_exchange_no(number))


def stored(path: str, *parts: str, **fields: Any) -> StoredInput:
    usual = {"sha256": "", "size_bytes": 1, "formats": ("notes",), "rejects": NONE, "complete": True}
    return StoredInput(path=path, parts=parts, **(usual | fields))


def test_settings_are_kept_and_the_salt_is_private(tmp_path: Path) -> None:
    made = Store.open(tmp_path, content="full", unit="team_id")
    assert Store.open(tmp_path).settings == made.settings
    assert (made.settings.content, made.settings.unit) == ("full", "team_id")
    assert stat.S_IMODE((tmp_path / "settings.json").stat().st_mode) == 0o600


def test_every_store_has_a_salt_of_its_own(tmp_path: Path) -> None:
    assert Store.open(tmp_path / "a").settings.salt != Store.open(tmp_path / "b").settings.salt


def test_members_of_a_group_give_theirs(tmp_path: Path) -> None:
    assert Store.open(tmp_path, salt=0).settings.salt == Store.open(tmp_path, salt=0).settings.salt == 0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"content": "full"}, "made with --content sketch, not full"),
        ({"unit": "org_id"}, "made with --unit auto, not org_id"),
        ({"salt": 2**62 + 1}, "made with another salt"),
    ],
)
def test_another_mode_is_refused(tmp_path: Path, asked: Any, said: str) -> None:
    Store.open(tmp_path)
    with pytest.raises(SettingsError, match=said):
        Store.open(tmp_path, **asked)


@pytest.mark.parametrize(("text", "said"), [("{", "cannot be read"), ("{}", "cannot be read")])
def test_broken_settings_are_refused(tmp_path: Path, text: str, said: str) -> None:
    Store.open(tmp_path)
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(SettingsError, match=said):
        Store.open(tmp_path)


def test_another_version_is_refused(tmp_path: Path) -> None:
    Store.open(tmp_path)
    settings = json.loads((tmp_path / "settings.json").read_text())
    (tmp_path / "settings.json").write_text(json.dumps(settings | {"version": 99}))
    with pytest.raises(SettingsError, match="the store has version 99"):
        Store.open(tmp_path)


def test_a_part_counts_only_once_it_is_closed(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    write_part(tmp_path, part(), [tables()], close=False)
    assert (store.has_part("p"), store.parts(), store.files("exchanges")) == (False, {}, [])
    write_part(tmp_path, part(), ())
    assert (store.has_part("p"), store.parts()) == (True, {"p": part()})
    assert store.files("keys") == [str(tmp_path / "keys" / "p.parquet")]


def test_a_part_without_exchanges_has_no_files_to_read(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    write_part(tmp_path, part(exchanges=0), ())
    assert (list(store.parts()), store.files("exchanges")) == (["p"], [])


def test_inputs_come_back_as_they_were_put(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    entries = [stored("a.jsonl", "p"), stored("b\udcff.jsonl", "p", "q", complete=False)]
    for entry in entries:
        store.put_input(entry)
    store.put_input(stored("a.jsonl", "p"))
    assert sorted(store.inputs(), key=lambda entry: entry.path) == entries


def test_sweep_removes_what_no_input_names_and_what_was_never_closed(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    for number, name in enumerate(("kept", "orphan")):
        write_part(tmp_path, part(name, number), [tables(number)])
    write_part(tmp_path, part("open", 2), [tables(2)], close=False)
    store.put_input(stored("a", "kept"))
    assert store.sweep() == 1
    assert list(store.parts()) == ["kept"]
    assert {file.stem for table in TABLES for file in (tmp_path / table).iterdir()} == {"kept"}


def test_rejects_of_parts_and_files_add_up(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    bad = {"counts": {"not JSON": 2}, "examples": {"not JSON": [["a", 3, "{x"]]}}
    write_part(tmp_path, part(rejects=bad), ())
    early = {"counts": {"ends early": 1}, "examples": {}}
    assert store.rejects([stored("a", "p", rejects=early)]) == Rejects(
        counts={"ends early": 1, "not JSON": 2},
        examples={"ends early": (), "not JSON": (Example("a", 3, "{x"),)},
    )


def test_numbers_of_exchanges_never_meet(tmp_path: Path) -> None:
    del tmp_path
    numbers = [tables(number).exchanges["exchange_no"].to_pylist() for number in range(2)]
    assert numbers == [[0, 1], [1 << 32, (1 << 32) + 1]]


def test_part_name_depends_on_every_piece_and_their_borders() -> None:
    assert len({part_name("ab", "c"), part_name("a", "bc"), part_name("ab", "c", ""), part_name("c", "ab")}) == 4


def test_only_one_writer_holds_the_store_and_lets_go(tmp_path: Path) -> None:
    with (
        hold(tmp_path / "store"),
        pytest.raises(SettingsError, match="another process writes"),
        hold(tmp_path / "store"),
    ):
        pass
    with hold(tmp_path / "store"):
        pass


def test_parts_are_values() -> None:
    assert replace(part(), name="q") == part("q")
