"""Blank the excerpts of rejected records: a record that could not be read cannot be told to be somebody's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.store import write_part

if TYPE_CHECKING:
    from stillwatch.logs.store import Store

ERASED: Final = "(erased)"


def blank_rejects(store: Store) -> int:
    """Put a mark in the place of every excerpt; reasons, counts and line numbers stay. Give how many were blanked."""
    blanked = 0
    for part in store.parts().values():
        rejects, count = _blank(part.rejects)
        if count:
            write_part(store.root, replace(part, rejects=rejects), ())
        blanked += count
    for entry in store.inputs():
        rejects, count = _blank(entry.rejects)
        if count:
            store.put_input(replace(entry, rejects=rejects))
        blanked += count
    return blanked


def _blank(rejects: dict[str, Any]) -> tuple[dict[str, Any], int]:
    found = [
        shown for examples in rejects["examples"].values() for _, _, shown in examples if shown not in ("", ERASED)
    ]
    if not found:
        return rejects, 0
    blank = {
        reason: [[path, line, shown and ERASED] for path, line, shown in examples]
        for reason, examples in rejects["examples"].items()
    }
    return {**rejects, "examples": blank}, len(found)
