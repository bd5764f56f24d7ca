"""Put together what several programs and the bus tell of the same accelerators."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from stillwatch.core.hardware import Accelerator

if TYPE_CHECKING:
    from collections.abc import Iterable


def merge_told(told: Iterable[Accelerator]) -> tuple[Accelerator, ...]:
    """One value for each PCI address, each field from the first that told it; what has no address stays as it is.

    >>> one = Accelerator(pci_address="0000:18:00.0", vendor="NVIDIA", product="H100", told_by=("nvidia-smi",))
    >>> two = Accelerator(pci_address="0000:18:00.0", vendor="NVIDIA", product="PCI", serial="7", told_by=("PCI",))
    >>> [(merged.product, merged.serial, merged.told_by) for merged in merge_told([one, two])]
    [('H100', '7', ('nvidia-smi', 'PCI'))]
    """
    placed: dict[str, Accelerator] = {}
    unplaced = []
    for one in told:
        if not one.pci_address:
            unplaced.append(one)
        elif one.pci_address in placed:
            placed[one.pci_address] = _both(placed[one.pci_address], one)
        else:
            placed[one.pci_address] = one
    return (*(placed[address] for address in sorted(placed)), *unplaced)


def _both(first: Accelerator, second: Accelerator) -> Accelerator:
    names = [one.name for one in fields(Accelerator) if one.name != "told_by"]
    values = {name: getattr(first, name) or getattr(second, name) for name in names}
    return Accelerator(**values, told_by=tuple(dict.fromkeys((*first.told_by, *second.told_by))))
