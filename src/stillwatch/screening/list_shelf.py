r"""The shelf of list formats, and which of them files belong to.

>>> [declared.name for declared in recognise({"ours.csv": b"id,name\n1,Orrin Works\n"})]
['private_csv']
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import DefinitionError
from stillwatch.core.shelf import walk_shelf
from stillwatch.screening.list_format import ListFormat

if TYPE_CHECKING:
    from stillwatch.screening.list_format import ListFiles

_PACKAGE: Final = "stillwatch.screening.readers"


@cache
def list_formats() -> tuple[ListFormat, ...]:
    """Every list format on the shelf, by name; a constant of the installed package.

    Raises:
        DefinitionError: A file of the shelf cannot load, declares no `FORMAT`, or declares one without cases.
    """
    found = walk_shelf(_PACKAGE, "FORMAT", ListFormat)
    for declared in found:
        if not declared.cases:
            raise DefinitionError(
                "the format has no cases", where=f"{_PACKAGE}.{declared.name}", mend="add files and what they hold"
            )
    return found


def recognise(files: ListFiles) -> tuple[ListFormat, ...]:
    """Every format that the files may be: one is the answer, none or two are a question to the operator."""
    return tuple(declared for declared in list_formats() if declared.matches(files))
