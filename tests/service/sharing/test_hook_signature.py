"""What a hub posts cannot be forged, and not be sent again later."""

from __future__ import annotations

import pytest

from stillwatch.service.sharing.hook_signature import is_signed, sign_hook

HEADER = sign_hook(b'{"seq":7}', "s3cret", at=1000.0)


@pytest.mark.parametrize(
    ("body", "header", "secret", "at", "expected"),
    [
        (b'{"seq":7}', HEADER, "s3cret", 1299.0, True),
        (b'{"seq":7}', HEADER, "s3cret", 701.0, True),
        (b'{"seq":7}', HEADER, "s3cret", 1301.0, False),
        (b'{"seq":7}', HEADER, "s3cret", 699.0, False),
        (b'{"seq":8}', HEADER, "s3cret", 1000.0, False),
        (b'{"seq":7}', HEADER, "other", 1000.0, False),
        (b'{"seq":7}', HEADER.replace("t=1000", "t=1100"), "s3cret", 1100.0, False),
        (b'{"seq":7}', "", "s3cret", 1000.0, False),
        (b'{"seq":7}', "t=1000,sha256=\ud800", "s3cret", 1000.0, False),
        (b'{"seq":7}', "t=٣,sha256=00", "s3cret", 1000.0, False),
    ],
)
def test_signed(body: bytes, header: str, secret: str, at: float, expected: bool) -> None:
    assert is_signed(body, header, secret, at=at) is expected
