"""Blank out of a text what names somebody or opens something: mail addresses, numbers, secrets, hosts.

>>> blank_out("write to a.b@mail.example from 192.0.2.7")
'write to ⟨mail⟩ from ⟨address⟩'

It is for texts that are kept or leave; it cannot know a person's name, so a text of a prompt stays a text of a prompt.
"""

from __future__ import annotations

import re
from typing import Final

_REDACTIONS: Final = (  # a cheap sign that the pattern can match at all, the pattern, and what is put in its place
    ("@", re.compile(r"[\w.+-]{1,64}@[\w-]+\.[\w.-]+"), "⟨mail⟩"),
    (".", re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"), "⟨address⟩"),
    ("", re.compile(r"\b(?:sk|pk|key|tok|ghp|AKIA)[-_]?[A-Za-z0-9_-]{12,}"), "⟨secret⟩"),
    ("", re.compile(r"(?<!\w)\+?\d[\d ().-]{7,}\d(?!\w)"), "⟨number⟩"),
    ("://", re.compile(r"(https?://)[^\s/]+(/\S*)?"), r"\1⟨host⟩"),
)
SIGNS: Final = r"@|://|\p{Nd}\.\p{Nd}|\p{Nd}[\p{Nd} ().-]{7}|(?:sk|pk|key|tok|ghp|AKIA)[-_]?[A-Za-z0-9_-]{12}"
"""What a text holds, in the words of Arrow's quicker expressions, wherever something is blanked out."""


def blank_out(text: str) -> str:
    for sign, pattern, mark in _REDACTIONS:
        if sign in text:
            text = pattern.sub(mark, text)
    return text
