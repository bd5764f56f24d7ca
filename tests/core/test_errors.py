"""Errors say what, where, and the mend, in one line."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import InputError, StillwatchError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("broken"), "broken"),
        (InputError("broken", where="a.jsonl:3"), "a.jsonl:3: broken"),
        (InputError("broken", mend="mend it"), "broken (mend it)"),
        (InputError("broken", where="a.jsonl:3", mend="mend it"), "a.jsonl:3: broken (mend it)"),
    ],
)
def test_text(error: InputError, said: str) -> None:
    assert str(error) == said


def test_six_classes_and_no_tree() -> None:
    kinds = StillwatchError.__subclasses__()
    assert sorted(kind.__name__ for kind in kinds) == [
        *("DefinitionError", "InputError", "InternalError", "PeerError", "SettingsError", "VerificationError"),
    ]
    assert all(not kind.__subclasses__() for kind in kinds)
