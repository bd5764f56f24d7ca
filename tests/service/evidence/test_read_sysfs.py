from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from stillwatch.core.hardware import Accelerator, Machine, Tpm
from stillwatch.service.evidence.read_sysfs import Sysfs

if TYPE_CHECKING:
    from pathlib import Path

_SERIAL = bytes(256) + struct.pack("<III", 0x00010003, 0xC0FFEE11, 0x04BD7000)


def _write(root: Path, files: dict[str, str | bytes]) -> Sysfs:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Sysfs(root)


def test_makers_and_serials(tmp_path: Path) -> None:
    dmi = "sys/class/dmi/id"
    files: dict[str, str | bytes] = {
        f"{dmi}/sys_vendor": "Maker\n",
        f"{dmi}/product_name": "XE9680\n",
        f"{dmi}/product_serial": "ABC1234\n",
        f"{dmi}/board_serial": "To be filled by O.E.M.\n",
        f"{dmi}/bios_version": "2.1.4\n",
    }
    sysfs = _write(tmp_path, files)
    assert sysfs.machine() == Machine(vendor="Maker", product="XE9680", serial="ABC1234", firmware="2.1.4")
    assert sysfs.refused == []


def test_accelerators_of_the_bus(tmp_path: Path) -> None:
    bus = "sys/bus/pci/devices"
    files: dict[str, str | bytes] = {
        f"{bus}/0000:18:00.0/vendor": "0x10de\n",
        f"{bus}/0000:18:00.0/device": "0x2330\n",
        f"{bus}/0000:18:00.0/class": "0x030200\n",
        f"{bus}/0000:18:00.0/config": _SERIAL,
        f"{bus}/0000:05:00.0/vendor": "0x1002\n",
        f"{bus}/0000:05:00.0/device": "0x74a1\n",
        f"{bus}/0000:05:00.0/class": "0x120000\n",
        f"{bus}/0000:05:00.0/serial_number": "690000000011\n",
        f"{bus}/0000:02:00.0/vendor": "0x15b3\n",
        f"{bus}/0000:02:00.0/device": "0x1021\n",
        f"{bus}/0000:02:00.0/class": "0x020700\n",
        f"{bus}/0000:03:00.0/vendor": "broken\n",
    }
    assert _write(tmp_path, files).accelerators() == [
        Accelerator(
            pci_address="0000:05:00.0", vendor="AMD", product="PCI 1002:74a1", serial="690000000011", told_by=("PCI",)
        ),
        Accelerator(
            pci_address="0000:18:00.0",
            vendor="NVIDIA",
            product="PCI 10de:2330",
            serial="04bd7000c0ffee11",
            told_by=("PCI",),
        ),
    ]


def test_processors_and_tpm(tmp_path: Path) -> None:
    tpm = "sys/class/tpm/tpm0"
    files: dict[str, str | bytes] = {
        "proc/cpuinfo": "processor\t: 0\nmodel name\t: CPU A\n\nprocessor\t: 1\nmodel name\t: CPU A\n",
        f"{tpm}/tpm_version_major": "2\n",
        f"{tpm}/pcr-sha256/0": "AB" * 32 + "\n",
        f"{tpm}/pcr-sha256/7": "CD" * 32 + "\n",
    }
    sysfs = _write(tmp_path, files)
    assert sysfs.processors() == ("CPU A",)
    assert sysfs.tpms() == (Tpm(version="2", pcrs=((0, "ab" * 32), (7, "cd" * 32))),)


def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    class _Refusing(type(tmp_path)):  # type: ignore[misc]  # the concrete path of this system
        def read_text(self, *_: object, **__: object) -> str:
            raise PermissionError

    sysfs = Sysfs(_Refusing(tmp_path))
    assert sysfs.machine() == Machine()
    assert "product_serial" in sysfs.refused
