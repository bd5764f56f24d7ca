from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.hardware import Accelerator
from stillwatch.evidence.hardware.amd_smi import read_amd_smi, read_rocm_smi

_RECORDED = Path(__file__).parent / "recorded"
_MI300X = Accelerator(
    pci_address="0000:05:00.0",
    vendor="AMD",
    product="AMD Instinct MI300X",
    serial="690000000011",
    uuid="0xA1B2C3D4E5F60011",
    part_number="102-G30211-00",
    firmware="022.040.003.041.000001",
    driver="6.8.5",
    told_by=("amd-smi",),
)


def test_what_amd_smi_tells() -> None:
    recorded = (_RECORDED / "amd-smi-mi300x.json").read_bytes()
    assert read_amd_smi(recorded) == (_MI300X,)
    assert read_amd_smi(b'{"gpu_data": %s}' % recorded) == (_MI300X,)  # as newer ones wrap it


def test_what_rocm_smi_tells_whatever_its_capitals_and_warnings() -> None:
    first, second = read_rocm_smi((_RECORDED / "rocm-smi-mi250x.json").read_bytes())
    assert first == Accelerator(
        pci_address="0000:c1:00.0",
        vendor="AMD",
        product="AMD INSTINCT MI250X (MCM) OAM AC MBA",
        serial="PCB000001-0011",
        uuid="0x719d000000000e8c",
        part_number="D65209",
        firmware="113-D65209-073",
        driver="6.3.6",
        told_by=("rocm-smi",),
    )
    assert (second.product, second.serial, second.uuid) == (first.product, "", "")


@pytest.mark.parametrize("output", [b"", b"ERROR: no AMD GPUs found", b"{", b"[1]", b'{"card0": 3}'])
def test_what_tells_of_nothing_names_nothing(output: bytes) -> None:
    for read in (read_amd_smi, read_rocm_smi):
        try:
            found = read(output)
        except InputError:
            continue
        assert [(one.serial, one.product) for one in found] in ([], [("", "")])
