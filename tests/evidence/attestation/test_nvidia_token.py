from __future__ import annotations

import json

import pytest

from attestation_reports import NONCE, key, nvidia_bundle, token
from stillwatch.core.hardware import AttestationKind
from stillwatch.evidence.attestation.nvidia_token import read_nvidia_token

_KEYS = {"nras": key().public_key()}


def test_a_bundle_tells_of_all_its_accelerators() -> None:
    read = read_nvidia_token(nvidia_bundle(key()), "token.json", _KEYS)
    assert read is not None
    assert (read.kind, read.nonce, read.verified_by) == (AttestationKind.NVIDIA, NONCE[:32].hex(), "nras")
    assert read.measurements == (
        ("overall.iss", "https://nras.example"),
        ("overall.x-nvidia-overall-att-result", "true"),
        ("GPU-0.hwmodel", "GH100 A01 GSP BROM"),
        ("GPU-0.measres", "success"),
        ("GPU-0.x-nvidia-gpu-driver-version", "550.54.15"),
    )


def test_one_token_that_another_signed_unmakes_the_bundle() -> None:
    bundle = json.loads(nvidia_bundle(key()))
    bundle[1]["GPU-1"] = token({"measres": "success"}, key(2))
    read = read_nvidia_token(json.dumps(bundle).encode(), "token.json", _KEYS)
    assert read is not None
    assert read.verified_by == ""


def test_a_token_under_a_weaker_name_of_a_method_is_not_verified() -> None:
    head, claims, signature = token({"measres": "success"}, key()).split(".")
    read = read_nvidia_token(f"eyJhbGciOiJub25lIn0.{claims}.{signature}".encode(), "t", _KEYS)
    assert read is not None
    assert (read.verified_by, head != "eyJhbGciOiJub25lIn0") == ("", True)


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"a.b.c", b'{"a": [1, "x.y.z"]}', b"[" * 100_000])
def test_other_files_are_no_token(data: bytes) -> None:
    assert read_nvidia_token(data, "t", _KEYS) is None


def test_somebody_elses_token_is_not_nvidias() -> None:
    assert read_nvidia_token(token({"iss": "else", "sub": "1"}, key()).encode(), "t", _KEYS) is None
