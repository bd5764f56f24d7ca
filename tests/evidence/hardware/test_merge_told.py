from __future__ import annotations

from stillwatch.core.hardware import Accelerator
from stillwatch.evidence.hardware.merge_told import merge_told


def _told(address: str, by: str, **fields: str) -> Accelerator:
    return Accelerator(pci_address=address, vendor="NVIDIA", product=by, told_by=(by,), **fields)


def test_who_tells_first_is_believed_and_the_next_fills_the_gaps() -> None:
    merged = merge_told(
        [_told("0000:2a:00.0", "a", serial="1"), _told("0000:18:00.0", "a"), _told("0000:18:00.0", "b", serial="2")]
    )
    assert [(one.pci_address, one.product, one.serial, one.told_by) for one in merged] == [
        ("0000:18:00.0", "a", "2", ("a", "b")),
        ("0000:2a:00.0", "a", "1", ("a",)),
    ]


def test_what_has_no_address_is_never_taken_for_another() -> None:
    assert len(merge_told([_told("", "a"), _told("", "a")])) == 2
