"""What a machine is made of, as it tells itself: for records of custody, which name the hardware that held something.

Nothing here is proof. Drivers and firmware say these things, and whoever controls the machine can make them say others;
an attestation report says more, and only where somebody has verified it (`AttestationReport.verified_by`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class AttestationKind(StrEnum):
    """Who signs the report."""

    NVIDIA = "nvidia-token"
    """A verifier of NVIDIA's, as JSON web tokens (EAT), over what accelerators reported."""
    SEV_SNP = "sev-snp"
    """The secure processor of an AMD machine, over a confidential guest."""
    TDX = "tdx"
    """The quoting enclave of an Intel machine, over a trust domain."""
    UNKNOWN = "unknown"
    """Nobody that is known here; the file is named by its digest alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationReport:
    kind: AttestationKind
    file: str
    """Its name, without folders."""
    sha256: str
    """Of the file as it was given; hex."""
    measurements: tuple[tuple[str, str], ...] = ()
    """Names and values in the order of the report; hex where they are digests."""
    nonce: str = ""
    """What the asker had put into the report, so that it cannot be an old one; hex, or as the token has it."""
    verified_by: str = ""
    """The key under which its signature was verified; empty: not verified, so whoever made the file said all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    pci_address: str
    """As Linux writes it, 0000:18:00.0; empty where nobody told."""
    vendor: str
    product: str
    serial: str = ""
    """Of the board; empty where nobody told."""
    uuid: str = ""
    part_number: str = ""
    firmware: str = ""
    driver: str = ""
    told_by: tuple[str, ...] = ()
    """Programs and places that told, the first to tell a value first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    vendor: str = ""
    product: str = ""
    serial: str = ""
    uuid: str = ""
    board_serial: str = ""
    chassis_serial: str = ""
    firmware: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tpm:
    version: str
    description: str = ""
    pcrs: tuple[tuple[int, str], ...] = ()
    """Registers of its SHA-256 bank as the kernel reads them, hex; a quote that the TPM signed would prove them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    taken_at: datetime
    hostname: str
    kernel: str
    machine: Machine
    processors: tuple[str, ...]
    """Distinct models."""
    accelerators: tuple[Accelerator, ...]
    """By PCI address."""
    tpms: tuple[Tpm, ...] = ()
    attestations: tuple[AttestationReport, ...] = ()
    not_told: tuple[str, ...] = ()
    """What could not be asked, and why."""
