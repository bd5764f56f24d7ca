"""Take the inventory of this machine: accelerators with serials where a driver tells them, firmware, TPM, reports.

    taken = inventory(datetime.now(UTC), attestations=[Path("gpu-token.json")])
    inventory_statement(taken)      # as JSON, for a statement of custody

Asks the programs of the drivers where they are installed, the PCI bus and the firmware's tables. Runs without network.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.core.hardware import Inventory
from stillwatch.evidence.attestation.read_attestation import read_attestation, read_attestation_keys
from stillwatch.evidence.hardware import amd_smi, hl_smi, nvidia_smi
from stillwatch.evidence.hardware.merge_told import merge_told
from stillwatch.service.evidence.read_sysfs import Sysfs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from stillwatch.core.hardware import Accelerator

_TIMEOUT_S: Final = 60
_MOST_REPORT_BYTES: Final = 16 << 20


class _Driver(NamedTuple):
    program: str
    arguments: tuple[str, ...]
    read: Callable[[bytes], tuple[Accelerator, ...]]


_DRIVERS: Final = (
    _Driver(nvidia_smi.PROGRAM, nvidia_smi.ARGUMENTS, nvidia_smi.read_nvidia_smi),
    _Driver(amd_smi.AMD_SMI, amd_smi.AMD_SMI_ARGUMENTS, amd_smi.read_amd_smi),
    _Driver(amd_smi.ROCM_SMI, amd_smi.ROCM_SMI_ARGUMENTS, amd_smi.read_rocm_smi),
    _Driver(hl_smi.PROGRAM, hl_smi.ARGUMENTS, hl_smi.read_hl_smi),
)


def run_program(words: Sequence[str]) -> bytes | None:
    """What a program prints; None where it is not installed.

    Raises:
        InputError: It fails, or takes longer than a minute.
    """
    found = shutil.which(words[0])
    if found is None:
        return None
    try:
        done = subprocess.run([found, *words[1:]], capture_output=True, timeout=_TIMEOUT_S, check=True)  # noqa: S603  # no shell
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout).decode("utf-8", "replace").strip().partition("\n")[0]
        raise InputError(f"failed ({error.returncode}): {said}", where=words[0]) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"failed: {error}", where=words[0]) from error
    return done.stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """The machine that is asked."""

    root: Path = Path("/")
    """Above /sys and /proc."""
    run: Callable[[Sequence[str]], bytes | None] = run_program
    hostname: str = field(default_factory=platform.node)
    kernel: str = field(default_factory=lambda: f"{platform.system()} {platform.release()} {platform.machine()}")


def inventory(
    at: datetime, *, attestations: Sequence[Path] = (), keys: Sequence[Path] = (), here: Here | None = None
) -> Inventory:
    """Ask everybody; who does not answer is named in `not_told`.

    Args:
        at: Now.
        attestations: Reports of this machine or its accelerators, read and named by digest.
        keys: Certificates or key sets under which their signatures are verified.
        here: The machine that is asked, this one if not given.

    Raises:
        InputError: A report or key cannot be read.
    """
    asked = here or Here()
    sysfs = Sysfs(asked.root)
    told: list[Accelerator] = []
    not_told = []
    for driver in _DRIVERS:
        try:
            output = asked.run((driver.program, *driver.arguments))
            told += driver.read(output) if output is not None else ()
        except InputError as error:
            not_told.append(str(error))
    accelerators = merge_told((*told, *sysfs.accelerators()))
    machine, tpms = sysfs.machine(), sysfs.tpms()
    not_told += [f"{name}: only root may read it" for name in dict.fromkeys(sysfs.refused)]
    not_told += [f"{one.pci_address}: no serial is told" for one in accelerators if not one.serial]
    known = _keys(keys)
    return Inventory(
        taken_at=at,
        hostname=asked.hostname,
        kernel=asked.kernel,
        machine=machine,
        processors=sysfs.processors(),
        accelerators=accelerators,
        tpms=tpms,
        attestations=tuple(read_attestation(_bytes(path), path.name, known) for path in attestations),
        not_told=tuple(not_told),
    )


def _keys(paths: Sequence[Path]) -> dict[str, PublicKeyTypes]:
    found: dict[str, PublicKeyTypes] = {}
    for path in paths:
        found |= read_attestation_keys(_bytes(path), path.name)
    return found


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_REPORT_BYTES:
            raise InputError("too large for a report or a key", where=str(path), mend="name another file")
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), mend="name another file") from error
