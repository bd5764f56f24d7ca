from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from stillwatch.core.errors import InputError, StillwatchError
from stillwatch.evidence.custody_statement import (
    CustodyKind,
    CustodyStatement,
    read_custody_statement,
    write_custody_statement,
)

_MADE = CustodyStatement(
    kind=CustodyKind.TRANSFER,
    chain="c-1",
    number=3,
    previous="12" * 32,
    root="ab" * 32,
    name="Modèle 7",
    manifest="cd" * 32,
    at=datetime(2026, 11, 22, 1, 2, 3, 4, tzinfo=UTC),
    by="A. Keeper",
    signer="ef" * 32,
    because="moved to site 2",
    what={"to": "aa" * 32, "parents": [{"name": "base"}], "files": 3},
    clock={"is_synchronised": None, "source": "tsc"},
    hardware={"accelerators": [{"serial": "1650"}]},
    tool="stillwatch",
)


def test_a_statement_is_read_as_it_was_written() -> None:
    assert read_custody_statement(write_custody_statement(_MADE)) == _MADE
    elsewhere = replace(_MADE, at=_MADE.at.astimezone(timezone(timedelta(hours=2))))
    assert write_custody_statement(elsewhere) == write_custody_statement(_MADE)
    with pytest.raises(InputError, match="large as text"):
        write_custody_statement(replace(_MADE, what={"bytes": 1 << 60}))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("predicateType", "urn:stillwatch:custody:steal:1"),
        ("predicateType", "urn:stillwatch:custody:transfer:2"),
        ("_type", "https://in-toto.io/Statement/v0.1"),
        ("subject", []),
        ("predicate.at", "2026-11-22"),
        ("predicate.number", True),
        ("predicate.number", "3"),
        ("predicate.previous", "12"),
        ("predicate.signer", 7),
        ("predicate.what", 7),
        ("predicate", {}),
    ],
)
def test_what_is_no_statement_is_refused(place: str, value: object) -> None:
    read = json.loads(write_custody_statement(_MADE))
    *above, last = place.split(".")
    (read[above[0]] if above else read)[last] = value
    with pytest.raises(StillwatchError):
        read_custody_statement(json.dumps(read).encode(), "custody.jsonl:4")
