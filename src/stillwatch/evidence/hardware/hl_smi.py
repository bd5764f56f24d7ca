r"""Intel Gaudi accelerators as `hl-smi -Q … -f csv` tells them.

>>> told = b"bus_id, name, serial, uuid, driver_version\n0000:19:00.0, HL-325L, AM1, 01P4-1, 1.20.0\n"
>>> [(one.pci_address, one.product, one.serial) for one in read_hl_smi(told)]
[('0000:19:00.0', 'HL-325L', 'AM1')]
"""

from __future__ import annotations

import csv
from typing import Final

from stillwatch.core.errors import InputError
from stillwatch.core.hardware import Accelerator
from stillwatch.evidence.hardware.pci_address import pci_address

PROGRAM: Final = "hl-smi"
ARGUMENTS: Final = ("-Q", "bus_id,name,serial,uuid,driver_version", "-f", "csv")
_UNTOLD: Final = frozenset(("", "N/A", "NA", "None"))


def read_hl_smi(output: bytes) -> tuple[Accelerator, ...]:
    """Read the program's table; its first line names the columns.

    Raises:
        InputError: It has no such columns.
    """
    rows = [[cell.strip() for cell in row] for row in csv.reader(output.decode("utf-8", "replace").splitlines()) if row]
    if not rows or "bus_id" not in rows[0]:
        mend = "run it by hand and see what it says"
        raise InputError("told of no accelerators", where=PROGRAM, mend=mend)
    told = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
    return tuple(
        Accelerator(
            pci_address=pci_address(_field(one, "bus_id")),
            vendor="Intel",
            product=_field(one, "name"),
            serial=_field(one, "serial"),
            uuid=_field(one, "uuid"),
            driver=_field(one, "driver_version"),
            told_by=(PROGRAM,),
        )
        for one in told
    )


def _field(fields: dict[str, str], name: str) -> str:
    text = fields.get(name, "")
    return "" if text in _UNTOLD else text
