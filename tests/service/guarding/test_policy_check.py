"""A policy's file: an error names the line, and what is odd is said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.guarding.policy_check import policy_check

if TYPE_CHECKING:
    from pathlib import Path

_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_PLAIN = """
version = "v1"
mode = "enforce"
contact = "trust@example.org"
[[rule]]
name = "operators"
roles = ["operator"]
respond = "block"
"""
_COVERT = """
version = "v1"
mode = "enforce"
contact = "trust@example.org"
[[rule]]
name = "mark"
roles = ["operator"]
respond = "tag"
tags = ["wm-1"]
[rule.unsafe_covert]
requested_by = "Ada"
approved_by = "Grace"
expires_at = 2026-01-01T00:00:00Z
why = "to prove a copy"
exempt_organisations = []
"""


def remarks(text: str, folder: Path) -> tuple[str, ...]:
    file = folder / "policy.toml"
    file.write_text(text)
    return policy_check(file, now=_NOW).remarks


def test_of_a_plain_policy_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert remarks(_PLAIN, tmp_path) == ()
    assert remarks(_PLAIN.replace("enforce", "shadow"), tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('version = "v1"\nmode = "enforce"\n', "there is no rule"),
        (_PLAIN.replace('contact = "trust@example.org"', ""), "no contact is named"),
        (_COVERT, "'mark' has run out on 2026-01-01"),
        (
            _PLAIN.replace("[[rule]]", '[[rule]]\nname = "all"\nrespond = "allow"\n[[rule]]'),
            "'all' lets every request through",
        ),
    ],
)
def test_what_is_odd_is_said(text: str, says: str, tmp_path: Path) -> None:
    (remark,) = remarks(text, tmp_path)
    assert says in remark


def test_a_broken_policy_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(_PLAIN.replace("block", "blok"))
    with pytest.raises(SettingsError, match=r"policy\.toml:8.*did you mean 'block'"):
        policy_check(file, now=_NOW)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"policy\.toml"):
        policy_check(file, now=_NOW)
