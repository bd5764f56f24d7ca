"""Reports as the three makers write them, signed by keys of the tests."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384

NONCE = bytes(range(64))


def key(number: int = 1) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(1_000_003 + number, ec.SECP384R1())


def sev_snp(signer: ec.EllipticCurvePrivateKey) -> bytes:
    report = bytearray(0x4A0)
    struct.pack_into("<I", report, 0, 3)
    struct.pack_into("<I", report, 0x34, 1)
    report[0x50:0x90] = NONCE
    report[0x90:0xC0] = b"\x11" * 48
    report[0x1A0:0x1E0] = b"\x22" * 64
    numbers = decode_dss_signature(signer.sign(bytes(report[:0x2A0]), ec.ECDSA(SHA384())))
    for place, number in zip((0x2A0, 0x2E8), numbers, strict=True):
        report[place : place + 72] = number.to_bytes(72, "little")
    return bytes(report)


def tdx_quote(version: int = 4) -> bytes:
    body = bytearray(584)
    body[136:184] = b"\x33" * 48
    body[328:376] = b"\x44" * 48
    body[520:584] = NONCE
    header = struct.pack("<HHI", version, 2, 0x81).ljust(48, b"\0")
    return header + (struct.pack("<HI", 3, 648) if version == 5 else b"") + bytes(body) + struct.pack("<I", 0)


def token(claims: dict[str, Any], signer: ec.EllipticCurvePrivateKey) -> str:
    head = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "ES384", "kid": "k-1"}, claims))
    numbers = decode_dss_signature(signer.sign(head.encode(), ec.ECDSA(SHA384())))
    return f"{head}.{_encoded(b''.join(number.to_bytes(48, 'big') for number in numbers))}"


def nvidia_bundle(signer: ec.EllipticCurvePrivateKey) -> bytes:
    overall = {"iss": "https://nras.example", "x-nvidia-overall-att-result": True, "eat_nonce": NONCE[:32].hex()}
    one = {"hwmodel": "GH100 A01 GSP BROM", "measres": "success", "x-nvidia-gpu-driver-version": "550.54.15"}
    return json.dumps([["JWT", token(overall, signer)], {"GPU-0": token(one, signer)}]).encode()


def key_set(signer: ec.EllipticCurvePrivateKey) -> bytes:
    numbers = signer.public_key().public_numbers()
    point = {name: _encoded(value.to_bytes(48, "big")) for name, value in (("x", numbers.x), ("y", numbers.y))}
    return json.dumps({"keys": [{"kty": "EC", "crv": "P-384", "kid": "k-1", **point}]}).encode()


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
