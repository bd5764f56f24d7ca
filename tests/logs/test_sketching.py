"""From exchanges to the store's tables: who is the account, what is kept, and what is blanked."""

from __future__ import annotations

from typing import Any

import pytest

from exchange_log import exchange
from stillwatch.logs.hashing import hash_one
from stillwatch.logs.lay_out import lay_out
from stillwatch.logs.sketching import EXCERPT_SCHEMA, KEY_SCHEMA, NAME_SCHEMA, Tables, redact, sketch_batch

_IDENTITIES = {
    name: f"{name}-1" for name in ("account_id", "user_id", "api_key_id", "team_id", "org_id", "end_user_id")
}


def made(rows: list[dict[str, Any]], **asked: Any) -> Tables:
    usual: dict[str, Any] = {"salt": 7, "unit": None, "content": "sketch", "first_no": 0}
    return sketch_batch(lay_out(rows).batch, **(usual | asked))


@pytest.mark.parametrize("unit", _IDENTITIES)
def test_the_unit_is_the_account(unit: Any) -> None:
    tables = made([{"started_at": 1} | _IDENTITIES], unit=unit)
    assert tables.exchanges["account_key"].to_pylist() == [hash_one(f"{unit}-1", 7)]
    named = [row["name_text"] for row in tables.names.to_pylist() if row["kind"] == "account"]
    assert named == [f"{unit}-1"]


@pytest.mark.parametrize(
    ("known", "account"),
    [
        (("account_id", "user_id"), "account_id"),
        (("user_id", "api_key_id"), "api_key_id"),
        (("user_id", "team_id"), "user_id"),
        (("team_id", "org_id"), "team_id"),
        (("org_id",), "org_id"),
    ],
)
def test_without_a_unit_the_first_identity_counts(known: tuple[str, ...], account: str) -> None:
    tables = made([{"started_at": 1} | {name: _IDENTITIES[name] for name in known}])
    assert tables.exchanges["account_key"].to_pylist() == [hash_one(f"{account}-1", 7)]


def test_what_callers_write_is_never_the_account_by_itself() -> None:
    tables = made([{"started_at": 1, "end_user_id": "me", "session_id": "s"}])
    assert tables.exchanges["account_key"].to_pylist() == [0]


def test_tables_have_their_schemas_and_point_at_exchanges() -> None:
    tables = made([exchange(number) for number in range(40)], first_no=1000)
    assert (tables.keys.schema, tables.names.schema, tables.excerpts.schema) == (
        KEY_SCHEMA,
        NAME_SCHEMA,
        EXCERPT_SCHEMA,
    )
    assert tables.exchanges["exchange_no"].to_pylist() == list(range(1000, 1040))
    assert set(tables.keys["exchange_no"].to_pylist()) == set(range(1000, 1040))


@pytest.mark.parametrize(("content", "kept"), [("none", 0), ("sketch", 1), ("full", 40)])
def test_content_decides_how_many_excerpts_are_kept(content: Any, kept: int) -> None:
    tables = made([exchange(number) for number in range(40)], content=content)
    assert tables.excerpts.num_rows == kept
    assert bool(tables.keys.num_rows) == (content != "none")


def test_full_keeps_the_text_as_it_is() -> None:
    text = "Write to a@b.example from 192.0.2.1. " * 100
    assert made([exchange(0, prompt_text=text)], content="full").excerpts["prompt_text"].to_pylist() == [text]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Write to ada@mail.example today", "Write to ⟨mail⟩ today"),
        ("from 192.0.2.17, at once", "from ⟨address⟩, at once"),
        ("my key is sk-abcdefgh12345678", "my key is ⟨secret⟩"),
        ("call +44 20 7946 0958 now", "call ⟨number⟩ now"),
        ("see https://intern.example/a/b?c=1 there", "see https://⟨host⟩ there"),
        ("In 1999 we had 12 apples", "In 1999 we had 12 apples"),
    ],
)
def test_redact(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_excerpts_are_redacted_however_often_a_text_comes() -> None:
    texts = [
        "ada@mail.example",
        "from 192.0.2.17",
        "sk-abcdefgh12345678",
        "+44 20 7946 0958",
        "http://a.example/b",
        "x",
    ]
    rows = [exchange(48 * number, prompt_text=text) for number, text in enumerate(texts * 2)]
    tables = [made([row], first_no=48 * number) for number, row in enumerate(rows)]
    shown = [table.excerpts["prompt_text"].to_pylist() for table in tables]
    assert shown == [[redact(text)] for text in texts * 2]


def test_redact_keeps_the_two_ends_of_a_long_text() -> None:
    shown = redact("a" * 1000 + "b" * 1000 + "c" * 400)
    assert shown == "a" * 900 + " … " + "c" * 300


def test_no_rows() -> None:
    assert [table.num_rows for table in made([])] == [0, 0, 0, 0]
