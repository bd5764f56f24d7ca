"""Keepers with keys of their own, and a folder that they hand to one another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stillwatch.service.evidence.read_clock import ClockReading
from stillwatch.service.evidence.seal_custody import Keeper
from stillwatch.signing.key_kinds import CurveKey, id_of

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.signing.key_kinds import AnyKey

ANNA: AnyKey = CurveKey(ec.derive_private_key(11, ec.SECP256R1()))
BEN: AnyKey = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CLEO: AnyKey = CurveKey(ec.derive_private_key(13, ec.SECP521R1()))
KNOWN = tuple(one.public_key() for one in (ANNA, BEN, CLEO))
NAMES = {id_of(key.public_key()): name for key, name in ((ANNA, "Anna"), (BEN, "Ben"), (CLEO, "Cleo"))}


def keeper(key: AnyKey, *, hour: int = 0, because: str = "") -> Keeper:
    clock = ClockReading(
        at=datetime(2026, 11, 22, tzinfo=UTC) + timedelta(hours=hour),
        boot_monotonic_s=7.0,
        source="tsc",
        is_synchronised=True,
        offset_s=0.0001,
        may_err_s=0.01,
    )
    return Keeper(by=NAMES[id_of(key.public_key())], key=key, clock=clock, because=because)


def model(root: Path) -> Path:
    for path in ("config.json", "weights/1.safetensors", "weights/2.safetensors"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(path.encode() * 100)
    return root
