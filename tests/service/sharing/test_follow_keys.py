"""A member's export keys, as its log tells of them, in a reader's file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from key_log import AT, KeyLog, policy_by, told
from stillwatch.core.errors import InputError
from stillwatch.evidence.check_key_history import check_history
from stillwatch.evidence.key_statement import KeyEvent, KeyRole
from stillwatch.intel.member_keys import MemberKey
from stillwatch.service.sharing.follow_keys import FollowedKeys, follow_keys
from stillwatch.service.sharing.trusted_keys import load_member_keys, revoke, trust

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.evidence.key_history import KeySpan
    from stillwatch.evidence.key_statement import KeyStatement

_LAB_A = "identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11"
_DAY = timedelta(days=1)


def _export(event: KeyEvent, number: int, days: int = 0) -> KeyStatement:
    return told(event, number, role=KeyRole.EXPORT, at=AT + days * _DAY)


def _spans(*said: KeyStatement) -> tuple[KeySpan, ...]:
    log = KeyLog()
    log.note(*said)
    return check_history(log.history(), policy_by(0)).spans


def _follow(path: Path, *said: KeyStatement) -> FollowedKeys:
    return follow_keys(path, _spans(*said), member=_LAB_A, name="Lab A")


def test_a_member_is_followed_from_key_to_key(tmp_path: Path) -> None:
    path = tmp_path / "members.toml"
    one, two = (_export(KeyEvent.BEGIN, number, number) for number in (1, 2))
    said = [one, told(KeyEvent.BEGIN, 9)]
    assert _follow(path, *said) == FollowedKeys((one.key_id,), (), ())
    said += [two, _export(KeyEvent.END, 1, 2)]
    assert _follow(path, *said) == FollowedKeys((two.key_id,), (one.key_id,), ())
    said += [_export(KeyEvent.REVOKE, 2, 3)]
    assert _follow(path, *said) == FollowedKeys((), (), (two.key_id,))
    assert _follow(path, *said) == FollowedKeys((), (), ())
    first, second = load_member_keys(path)
    assert (first.valid_from, first.valid_until, first.revoked_at) == (AT + _DAY, AT + 2 * _DAY, None)
    assert (second.valid_from, second.revoked_at, second.revoked_because) == (AT + 2 * _DAY, AT + 3 * _DAY, "why")


def test_what_the_reader_ended_stays_ended(tmp_path: Path) -> None:
    path = tmp_path / "members.toml"
    one = _export(KeyEvent.BEGIN, 1)
    _follow(path, one)
    revoke(path, one.key_id, at=AT, because="we saw it misused")
    assert _follow(path, one, _export(KeyEvent.REVOKE, 1, 5)) == FollowedKeys((), (), ())
    (only,) = load_member_keys(path)
    assert (only.revoked_at, only.revoked_because) == (AT, "we saw it misused")


def test_a_key_of_another_member_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "members.toml"
    one = _export(KeyEvent.BEGIN, 1)
    trust(path, (MemberKey(member=_LAB_A.replace("5", "6"), name="Lab B", public=one.public),))
    before = path.read_bytes()
    with pytest.raises(InputError, match="is of Lab B"):
        _follow(path, one)
    assert path.read_bytes() == before
    assert _follow(path, replace(one, role=KeyRole.CUSTODY)) == FollowedKeys((), (), ())
