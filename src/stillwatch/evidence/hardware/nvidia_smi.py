"""Accelerators as `nvidia-smi -q -x` tells them, which asks the driver (NVML).

>>> told = b"<nvidia_smi_log><driver_version>550.54</driver_version>"
>>> told += b'<gpu id="00000000:18:00.0"><product_name>H100</product_name><serial>165</serial></gpu></nvidia_smi_log>'
>>> [(one.pci_address, one.serial, one.driver) for one in read_nvidia_smi(told)]
[('0000:18:00.0', '165', '550.54')]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError, fromstring

from stillwatch.core.errors import InputError
from stillwatch.core.hardware import Accelerator
from stillwatch.evidence.hardware.pci_address import pci_address

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PROGRAM: Final = "nvidia-smi"
ARGUMENTS: Final = ("-q", "-x")
_UNTOLD: Final = frozenset(("", "N/A", "[N/A]", "Unknown Error", "Requested functionality has been deprecated"))


def read_nvidia_smi(output: bytes) -> tuple[Accelerator, ...]:
    """Read the program's XML; fields that the driver does not tell are empty.

    Raises:
        InputError: It is no such XML, or declares entities, which this program never does.
    """
    root = _root(output)
    driver = _text(root, "driver_version")
    return tuple(
        Accelerator(
            pci_address=pci_address(one.get("id") or _text(one, "pci/pci_bus_id")),
            vendor="NVIDIA",
            product=_text(one, "product_name"),
            serial=_text(one, "serial"),
            uuid=_text(one, "uuid"),
            part_number=_text(one, "board_part_number") or _text(one, "gpu_part_number"),
            firmware=_text(one, "vbios_version"),
            driver=driver,
            told_by=(PROGRAM,),
        )
        for one in root.findall("gpu")
    )


def _root(output: bytes) -> Element:
    mend = "run it by hand and see what it says"
    if b"<!ENTITY" in output:
        raise InputError("declares entities", where=PROGRAM, mend=mend)
    try:
        root = fromstring(output)  # noqa: S314  # entities were refused, and no other file is read
    except ParseError as error:
        raise InputError(f"no XML: {error}", where=PROGRAM, mend=mend) from error
    if root.tag != "nvidia_smi_log":
        raise InputError(f"told of {root.tag}, not of accelerators", where=PROGRAM, mend=mend)
    return root


def _text(element: Element, path: str) -> str:
    text = (element.findtext(path) or "").strip()
    return "" if text in _UNTOLD else text
