"""The shelf of flow log formats, and which of them a file is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import DefinitionError, InputError
from stillwatch.core.shelf import walk_shelf
from stillwatch.logs.flow_format import FlowFormat
from stillwatch.logs.recognise import first_records

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.format import Record

_PACKAGE: Final = "stillwatch.logs.flow_formats"


@cache
def flow_formats() -> tuple[FlowFormat, ...]:
    """Every format on the shelf; a constant of the installed package.

    Raises:
        DefinitionError: A file of the shelf cannot load, declares no `FORMAT`, or declares one without cases.
    """
    found = walk_shelf(_PACKAGE, "FORMAT", FlowFormat)
    for declared in found:
        if not declared.cases:
            where = f"{_PACKAGE}.{declared.name}"
            raise DefinitionError("the format has no cases", where=where, mend="add a record and its flows")
    return found


def recognise_flows(path: Path) -> FlowFormat | None:
    """The format of a file by its first records; None where it holds none.

    Raises:
        InputError: Nothing on the shelf knows them, or two formats do.
    """
    records = first_records(path)
    if not records:
        return None
    found = [declared for declared in flow_formats() if any(_is_match(declared, record) for record in records)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(declared.title for declared in flow_formats())
    if not found:
        raise InputError("this is no flow log that is known", where=str(path), mend=f"known are: {known}")
    names = " and ".join(declared.title for declared in found)
    raise InputError(f"it may be of {names}", where=str(path), mend="put each kind of log into a file of its own")


def _is_match(declared: FlowFormat, record: Record) -> bool:
    try:
        return declared.matches(record)
    except (AttributeError, KeyError, TypeError, ValueError):
        return False  # a marker of a strange type is no marker
