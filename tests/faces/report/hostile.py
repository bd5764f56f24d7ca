"""Every text of a scan result replaced by something written to break out of a page."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

HOSTILE = (
    "</script><script>window.broken=1</script><img src=x onerror=window.broken=2>"
    "'\"--><svg onload=window.broken=3>\u2028\u2029</style></title></textarea>{{7*7}}${window.broken=4}"
    "]]>\x00\x1b[31m\u202egnp.exe\ud800javascript:window.broken=5"
)


def made_hostile(value: Any, *, mark: str = "") -> Any:
    """A copy with every text hostile; enumerations, numbers and times stay, account ids stay distinct."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return HOSTILE + value[-12:] + mark
    if isinstance(value, tuple):
        return tuple(made_hostile(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {field.name: made_hostile(getattr(value, field.name)) for field in fields(value)}
        return replace(value, **changes)
    return value
