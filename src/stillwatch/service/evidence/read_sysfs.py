"""What the kernel shows of a machine under /sys and /proc: its makers, serials, accelerators, processors and TPMs.

>>> from pathlib import Path
>>> sysfs = Sysfs(Path("/nowhere"))
>>> sysfs.accelerators(), sysfs.processors(), sysfs.tpms()
([], (), ())
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stillwatch.core.hardware import Machine, Tpm
from stillwatch.evidence.hardware.pci_device import accelerator_at, device_serial

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.core.hardware import Accelerator

_DMI: Final = {
    "vendor": "sys_vendor",
    "product": "product_name",
    "serial": "product_serial",
    "uuid": "product_uuid",
    "board_serial": "board_serial",
    "chassis_serial": "chassis_serial",
    "firmware": "bios_version",
}
_UNTOLD: Final = frozenset(("", "not specified", "to be filled by o.e.m.", "default string", "none", "n/a", "0"))
_REGISTERS: Final = 24
_MODEL: Final = re.compile(r"^model name\s*:\s*(.+)$", re.MULTILINE)


class Sysfs:
    """Reads below a root; collects what may not be read."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.refused: list[str] = []
        """Files that are there and that only root may read."""

    def machine(self) -> Machine:
        """Makers and serials out of the firmware's tables (SMBIOS)."""
        return Machine(**{name: self._dmi(file) for name, file in _DMI.items()})

    def accelerators(self) -> list[Accelerator]:
        """Accelerators of the PCI bus."""
        devices = self._root / "sys/bus/pci/devices"
        found = []
        for folder in sorted(devices.iterdir()) if devices.is_dir() else ():
            numbers = [self._number(folder / name) for name in ("vendor", "device", "class")]
            if None in numbers:
                continue
            vendor, device, kind = (int(number or 0) for number in numbers)
            if one := accelerator_at(
                folder.name, vendor=vendor, device=device, pci_class=kind >> 8, serial=self._serial(folder)
            ):
                found.append(one)
        return found

    def processors(self) -> tuple[str, ...]:
        """Distinct models."""
        return tuple(dict.fromkeys(_MODEL.findall(self._text(self._root / "proc/cpuinfo"))))

    def tpms(self) -> tuple[Tpm, ...]:
        """TPMs with the registers that the kernel reads out of them."""
        folder = self._root / "sys/class/tpm"
        return tuple(self._tpm(one) for one in sorted(folder.iterdir())) if folder.is_dir() else ()

    def _tpm(self, folder: Path) -> Tpm:
        return Tpm(
            version=self._text(folder / "tpm_version_major"),
            description=self._text(folder / "device/description"),
            pcrs=tuple(self._registers(folder / "pcr-sha256")),
        )

    def _registers(self, folder: Path) -> Iterator[tuple[int, str]]:
        for number in range(_REGISTERS):
            if value := self._text(folder / str(number)):
                yield number, value.lower()

    def _serial(self, folder: Path) -> str:
        """The board's, which some drivers show, else the device's own."""
        if told := self._text(folder / "serial_number"):
            return told
        try:
            return device_serial((folder / "config").read_bytes())
        except OSError:
            return ""

    def _dmi(self, name: str) -> str:
        told = self._text(self._root / "sys/class/dmi/id" / name)
        return "" if told.lower() in _UNTOLD else told

    def _number(self, path: Path) -> int | None:
        try:
            return int(self._text(path), 16)
        except ValueError:
            return None

    def _text(self, path: Path) -> str:
        try:
            return path.read_text("utf-8", "replace").strip().strip("\0")
        except PermissionError:
            self.refused.append(path.name)
            return ""
        except OSError:
            return ""
