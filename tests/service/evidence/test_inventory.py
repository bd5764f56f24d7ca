from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from attestation_reports import key, key_set, nvidia_bundle
from stillwatch.core.errors import InputError
from stillwatch.service.evidence.inventory import Here, inventory, run_program

if TYPE_CHECKING:
    from collections.abc import Sequence

_AT = datetime(2026, 11, 22, tzinfo=UTC)
_RECORDED = Path(__file__).parents[2] / "evidence/hardware/recorded"


def _here(root: Path, **outputs: bytes) -> Here:
    def run(words: Sequence[str]) -> bytes | None:
        return outputs.get(words[0].replace("-", "_"))

    return Here(root=root, run=run, hostname="vault-1", kernel="Linux 6.1 x86_64")


def test_driver_and_bus_tell_of_the_same_accelerators(tmp_path: Path) -> None:
    for name, told in {"vendor": "0x10de", "device": "0x2330", "class": "0x030200"}.items():
        path = tmp_path / "sys/bus/pci/devices/0000:18:00.0" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(told)
    here = _here(tmp_path, nvidia_smi=(_RECORDED / "nvidia-smi-h100.xml").read_bytes())
    taken = inventory(_AT, here=here)
    assert [(one.pci_address, one.serial, one.told_by) for one in taken.accelerators] == [
        ("0000:18:00.0", "1650000000011", ("nvidia-smi", "PCI")),
        ("0000:2a:00.0", "", ("nvidia-smi",)),
    ]
    assert taken.not_told == ("0000:2a:00.0: no serial is told",)
    assert (taken.taken_at, taken.hostname, taken.kernel) == (_AT, "vault-1", "Linux 6.1 x86_64")


def test_a_driver_that_fails_is_named_and_the_others_are_asked(tmp_path: Path) -> None:
    here = _here(tmp_path, nvidia_smi=b"no devices", hl_smi=(_RECORDED / "hl-smi-gaudi3.csv").read_bytes())
    taken = inventory(_AT, here=here)
    assert [one.product for one in taken.accelerators] == ["HL-325L", "HL-325L"]
    assert taken.not_told[0].startswith("nvidia-smi: no XML")


def test_reports_are_read_and_verified_under_given_keys(tmp_path: Path) -> None:
    token, jwks = tmp_path / "token.json", tmp_path / "jwks.json"
    token.write_bytes(nvidia_bundle(key()))
    jwks.write_bytes(key_set(key()))
    here = _here(tmp_path)
    without = inventory(_AT, attestations=[token], here=here).attestations
    verified = inventory(_AT, attestations=[token], keys=[jwks], here=here).attestations
    assert [one.verified_by for one in (*without, *verified)] == ["", "jwks.json#k-1"]
    with pytest.raises(InputError, match=r"gone\.bin: cannot be read"):
        inventory(_AT, attestations=[tmp_path / "gone.bin"], here=here)


def test_programs() -> None:
    assert run_program(["stillwatch-no-such-program"]) is None
    assert run_program(["echo", "told"]) == b"told\n"
    with pytest.raises(InputError, match="false: failed"):
        run_program(["false"])
