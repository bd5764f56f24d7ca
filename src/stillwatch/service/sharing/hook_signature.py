"""How a hub signs what it posts to a member, and how the member checks that.

>>> signed = sign_hook(b"{}", "s3cret", at=1000.0)
>>> is_signed(b"{}", signed, "s3cret", at=1010.0), is_signed(b"[]", signed, "s3cret", at=1010.0)
(True, False)
>>> is_signed(b"{}", signed, "s3cret", at=2000.0)
False

HMAC-SHA256 over the time and the body, so that nobody else writes one, and nobody sends an old one again later.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

SIGNATURE_HEADER: Final = "x-stillwatch-signature"
_LATEST_S: Final = 300.0
"""How far the clocks of both may differ."""


def sign_hook(body: bytes, secret: str, *, at: float) -> str:
    """The value of the header; `at`: seconds since 1970 UTC."""
    return f"t={at:.0f},sha256={_digest(body, secret, f'{at:.0f}')}"


def is_signed(body: bytes, header: str, secret: str, *, at: float) -> bool:
    """Whether the body was signed with the secret within the last minutes."""
    time, _, digest = header.removeprefix("t=").partition(",sha256=")
    if not (time.isascii() and time.isdigit()) or abs(at - float(time)) > _LATEST_S:
        return False
    return hmac.compare_digest(digest.encode("utf-8", "replace"), _digest(body, secret, time).encode())


def _digest(body: bytes, secret: str, time: str) -> str:
    return hmac.new(secret.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()
