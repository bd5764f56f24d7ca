from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.hardware import Accelerator
from stillwatch.evidence.hardware.hl_smi import read_hl_smi


def test_what_the_program_tells() -> None:
    first, second = read_hl_smi((Path(__file__).parent / "recorded/hl-smi-gaudi3.csv").read_bytes())
    assert first == Accelerator(
        pci_address="0000:19:00.0",
        vendor="Intel",
        product="HL-325L",
        serial="AM50000011",
        uuid="01P4-HL3090A0-18-U4V000-00-00-00",
        driver="1.20.0-bd7ff79",
        told_by=("hl-smi",),
    )
    assert (second.pci_address, second.serial) == ("0000:b3:00.0", "")


@pytest.mark.parametrize("output", [b"", b"No devices found\n"])
def test_what_is_no_table_is_refused(output: bytes) -> None:
    with pytest.raises(InputError, match="hl-smi"):
        read_hl_smi(output)
