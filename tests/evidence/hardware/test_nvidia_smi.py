from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.hardware import Accelerator
from stillwatch.evidence.hardware.nvidia_smi import read_nvidia_smi

_RECORDED = Path(__file__).parent / "recorded/nvidia-smi-h100.xml"


def test_what_the_driver_tells() -> None:
    assert read_nvidia_smi(_RECORDED.read_bytes()) == (
        Accelerator(
            pci_address="0000:18:00.0",
            vendor="NVIDIA",
            product="NVIDIA H100 80GB HBM3",
            serial="1650000000011",
            uuid="GPU-00000000-1111-2222-3333-444444444444",
            part_number="692-2G520-0200-000",
            firmware="96.00.89.00.01",
            driver="550.54.15",
            told_by=("nvidia-smi",),
        ),
        Accelerator(  # of consumers' cards the driver tells no serial
            pci_address="0000:2a:00.0",
            vendor="NVIDIA",
            product="NVIDIA GeForce RTX 3080",
            uuid="GPU-00000000-5555-6666-7777-888888888888",
            part_number="2206-200-A1",
            firmware="94.02.26.80.11",
            driver="550.54.15",
            told_by=("nvidia-smi",),
        ),
    )


@pytest.mark.parametrize(
    "output",
    [
        b"",
        b"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
        b"<html/>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><nvidia_smi_log>&e;</nvidia_smi_log>',
        _RECORDED.read_bytes()[:900],
    ],
    ids=["nothing", "failed", "other", "entity", "cut"],
)
def test_what_is_no_such_output_is_refused(output: bytes) -> None:
    with pytest.raises(InputError, match="nvidia-smi"):
        read_nvidia_smi(output)
