"""Signatures of ML-DSA-44 with nothing but Python 3.9 or newer: what verify.py takes when this file lies beside it.

FIPS 204, algorithm 8, with an empty context. A log signs with it beside Ed25519, for readers after quantum computers.
"""

from __future__ import annotations

import hashlib

Q = 8380417
ROOTS = [pow(1753, int(f"{at:08b}"[::-1], 2), Q) for at in range(256)]


def ntt(poly: list[int]) -> list[int]:
    found, at, half = list(poly), 0, 128
    while half:
        for start in range(0, 256, 2 * half):
            at += 1
            for place in range(start, start + half):
                moved = ROOTS[at] * found[place + half] % Q
                found[place + half], found[place] = (found[place] - moved) % Q, (found[place] + moved) % Q
        half //= 2
    return found


def inverse_ntt(poly: list[int]) -> list[int]:
    found, at, half = list(poly), 256, 1
    while half < 256:
        for start in range(0, 256, 2 * half):
            at -= 1
            for place in range(start, start + half):
                one, other = found[place], found[place + half]
                found[place], found[place + half] = (one + other) % Q, -ROOTS[at] * (one - other) % Q
        half *= 2
    return [one * 8347681 % Q for one in found]


def bits_of(data: bytes, width: int) -> list[int]:
    whole = int.from_bytes(data, "little")
    return [whole >> at & (1 << width) - 1 for at in range(0, len(data) * 8 // width * width, width)]


def sampled(seed: bytes) -> list[int]:
    found: list[int] = []
    stream, at = hashlib.shake_128(seed).digest(1344), 0
    while len(found) < 256:
        if at == len(stream):
            stream = hashlib.shake_128(seed).digest(2 * len(stream))
        one = int.from_bytes(stream[at : at + 3], "little") & 0x7FFFFF
        at += 3
        if one < Q:
            found.append(one)
    return found


def in_ball(seed: bytes) -> list[int]:
    stream, found, at = hashlib.shake_256(seed).digest(1024), [0] * 256, 8
    signs = int.from_bytes(stream[:8], "little")
    for place in range(256 - 39, 256):
        while stream[at] > place:
            at += 1
        found[place], found[stream[at]] = found[stream[at]], (-1) ** (signs & 1)
        signs, at = signs >> 1, at + 1
    return found


def hints_of(data: bytes) -> list[set[int]] | None:
    """Of each of the four polynomials the places that are marked; None where they are not written as they must be."""
    found: list[set[int]] = []
    at = 0
    for end in data[80:]:
        places = data[at:end]
        if not at <= end <= 80 or list(places) != sorted(set(places)):
            return None
        found.append(set(places))
        at = end
    return None if any(data[at:80]) else found


def with_hint(value: int, is_marked: bool) -> int:
    low = value % 190464
    low -= 190464 if low > 95232 else 0
    high, low = (0, low - 1) if value - low == Q - 1 else ((value - low) // 190464, low)
    return high if not is_marked else (high + (1 if low > 0 else -1)) % 44


def ml_dsa_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature is this key's over a message."""
    if (len(public), len(signature)) != (1312, 2420):
        return False
    answers = [[131072 - one for one in bits_of(signature[at : at + 576], 18)] for at in range(32, 2336, 576)]
    hints = hints_of(signature[2336:])
    if hints is None or any(abs(one) >= 131072 - 78 for poly in answers for one in poly):
        return False
    answers = [ntt(poly) for poly in answers]
    challenge = ntt(in_ball(signature[:32]))
    shake = hashlib.shake_256
    digest = shake(shake(public).digest(64) + b"\0\0" + message).digest(64)
    packed = b""
    for row in range(4):
        known = ntt([one << 13 for one in bits_of(public[32 + 320 * row : 352 + 320 * row], 10)])
        summed = [-one * other for one, other in zip(challenge, known)]
        for column in range(4):
            factors = sampled(public[:32] + bytes([column, row]))
            summed = [total + one * other for total, one, other in zip(summed, factors, answers[column])]
        rounded = [with_hint(one, at in hints[row]) for at, one in enumerate(inverse_ntt(summed))]
        packed += sum(one << 6 * at for at, one in enumerate(rounded)).to_bytes(192, "little")
    return shake(digest + packed).digest(32) == signature[:32]
