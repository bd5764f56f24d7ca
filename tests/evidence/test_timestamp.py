from __future__ import annotations

import pytest

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.timestamp import ask_for, check_timestamp, read_roots


def test_no_two_requests_are_alike() -> None:
    assert ask_for(b"x").nonce != ask_for(b"x").nonce


def test_nobody_is_trusted_without_being_named() -> None:
    with pytest.raises(VerificationError, match="no authority is trusted"):
        check_timestamp(b"", b"x", ())
    with pytest.raises(InputError, match="no certificates"):
        read_roots(b"nothing", "roots.pem")
