"""Objects for the tests of stores and servers: an id by a letter, a version by a day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from stillwatch.service.sharing.carried_object import CarriedObject, carried_object

DAY_US = 86_400 * 10**6


def id_of(letter: str, kind: str = "indicator") -> str:
    return f"{kind}--{UUID(int=ord(letter))}"


def document(letter: str, day: int = 1, *, kind: str = "indicator", **more: Any) -> dict[str, Any]:
    time = f"2026-11-{day:02d}T00:00:00.000Z"
    return {"type": kind, "spec_version": "2.1", "id": id_of(letter, kind), "created": time, "modified": time, **more}


def carried(letter: str, day: int = 1, *, kind: str = "indicator", **more: Any) -> CarriedObject:
    return carried_object(document(letter, day, kind=kind, **more))


def observable(letter: str, **more: Any) -> CarriedObject:
    """It has no version of its own."""
    return carried_object({"type": "ipv4-addr", "spec_version": "2.1", "id": id_of(letter, "ipv4-addr"), **more})
