from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from key_log import AT, signer, told
from stillwatch.core.errors import InputError
from stillwatch.evidence.key_statement import (
    KeyEvent,
    KeyRole,
    leaf_of_statement,
    log_key,
    plain_statement,
    read_statement,
    statement_bytes,
    verifier_of,
)

_SAID = told(KeyEvent.BEGIN)


def test_the_leaf_bears_the_digest_of_bytes_that_a_standard_library_writes() -> None:
    plain = json.dumps(plain_statement(_SAID), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert plain.encode() == statement_bytes(_SAID)
    leaf = leaf_of_statement(_SAID, noted_at=AT)
    assert (leaf.sha256, leaf.about) == (hashlib.sha256(plain.encode()).hexdigest(), _SAID.key_id)


def test_a_key_of_a_log_is_what_its_checkpoints_bear() -> None:
    key = signer(1).verifiers[0]
    said = log_key(KeyEvent.REVOKE, key, AT, "lost")
    assert verifier_of(read_statement(plain_statement(said))) == key
    assert verifier_of(_SAID) is None
    assert verifier_of(replace(said, algorithm="x509")) is None


@pytest.mark.parametrize(
    "change",
    [
        {"event": "born"},
        {"role": "king"},
        {"algorithm": "rot13"},
        {"algorithm": "ml-dsa-44"},
        {"public": "AAAA"},
        {"public": "?"},
        {"name": ""},
        {"name": 7},
        {"at": "2026-11-22T00:00:00Z"},
        {"because": None},
        {"because": "x" * 9_000},
        {"schema": "stillwatch.key/2"},
        {"more": ""},
    ],
    ids=str,
)
def test_what_is_no_statement_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        read_statement({**plain_statement(_SAID), **change})


def test_each_role_is_read_back() -> None:
    said = [replace(_SAID, role=role) for role in KeyRole]
    assert [read_statement(json.loads(statement_bytes(one))) for one in said] == said
