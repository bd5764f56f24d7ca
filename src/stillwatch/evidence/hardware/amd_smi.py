"""Accelerators as AMD's programs tell them: `amd-smi static --json`, and the older `rocm-smi --json`.

>>> told = b'{"card0": {"Card Series": "MI250X", "Serial Number": "PCB1", "PCI Bus": "0000:C1:00.0"}}'
>>> [(one.pci_address, one.serial) for one in read_rocm_smi(told)]
[('0000:c1:00.0', 'PCB1')]
"""

from __future__ import annotations

import json
from typing import Any, Final

from stillwatch.core.errors import InputError
from stillwatch.core.hardware import Accelerator
from stillwatch.evidence.hardware.pci_address import pci_address

AMD_SMI: Final = "amd-smi"
AMD_SMI_ARGUMENTS: Final = ("static", "--json")
ROCM_SMI: Final = "rocm-smi"
ROCM_SMI_ARGUMENTS: Final = (
    *("--showproductname", "--showserial", "--showuniqueid", "--showbus", "--showvbios", "--showdriverversion"),
    "--json",
)
_VENDOR: Final = "AMD"
_UNTOLD: Final = frozenset(("", "N/A", "n/a", "None", "unknown", "0x0"))


def read_amd_smi(output: bytes) -> tuple[Accelerator, ...]:
    """Read what `amd-smi static --json` prints: a list, or an object that holds it.

    Raises:
        InputError: It is no such JSON.
    """
    told = _json(output, AMD_SMI)
    listed = told.get("gpu_data", []) if isinstance(told, dict) else told
    return tuple(_of_amd_smi(one) for one in listed if isinstance(one, dict))


def read_rocm_smi(output: bytes) -> tuple[Accelerator, ...]:
    """Read what `rocm-smi --json` prints: an object by card; its keys changed their capitals over the years.

    Raises:
        InputError: It is no such JSON.
    """
    told = _json(output, ROCM_SMI)
    if not isinstance(told, dict):
        raise InputError("told of no cards", where=ROCM_SMI, mend="run it by hand and see what it says")
    driver = _field(_lowered(told.get("system")), "driver version")
    cards = [_lowered(one) for name, one in told.items() if name.startswith("card")]
    return tuple(_of_rocm_smi(one, driver) for one in cards)


def _of_amd_smi(one: dict[str, Any]) -> Accelerator:
    parts = {name: _lowered(one.get(name)) for name in ("asic", "bus", "board", "vbios", "ifwi", "driver")}
    return Accelerator(
        pci_address=pci_address(_field(parts["bus"], "bdf")),
        vendor=_VENDOR,
        product=_field(parts["asic"], "market_name") or _field(parts["board"], "product_name"),
        serial=_field(parts["board"], "product_serial") or _field(parts["asic"], "asic_serial"),
        uuid=_field(parts["asic"], "asic_serial"),
        part_number=_field(parts["board"], "model_number"),
        firmware=_field(parts["ifwi"], "version") or _field(parts["vbios"], "version"),
        driver=_field(parts["driver"], "version"),
        told_by=(AMD_SMI,),
    )


def _of_rocm_smi(one: dict[str, Any], driver: str) -> Accelerator:
    return Accelerator(
        pci_address=pci_address(_field(one, "pci bus")),
        vendor=_VENDOR,
        product=_field(one, "card series") or _field(one, "device name") or _field(one, "card model"),
        serial=_field(one, "serial number"),
        uuid=_field(one, "unique id"),
        part_number=_field(one, "card sku"),
        firmware=_field(one, "vbios version"),
        driver=driver or _field(one, "driver version"),
        told_by=(ROCM_SMI,),
    )


def _json(output: bytes, program: str) -> Any:
    """The JSON behind the warnings that these programs may print before it."""
    starts = [place for place in (output.find(b"{"), output.find(b"[")) if place >= 0]
    try:
        return json.loads(output[min(starts, default=0) :])
    except (ValueError, RecursionError) as error:
        raise InputError(f"no JSON: {error}", where=program, mend="run it by hand and see what it says") from error


def _lowered(fields: Any) -> dict[str, Any]:
    return {name.lower(): value for name, value in fields.items()} if isinstance(fields, dict) else {}


def _field(fields: dict[str, Any], name: str) -> str:
    text = str(fields.get(name, "")).strip()
    return "" if text in _UNTOLD else text
