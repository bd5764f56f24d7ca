"""Whose signatures count, from when, until when, and what a revoked key is worth."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.provenance import Signed
from stillwatch.intel.member_keys import MemberKey, check_signed, read_member_keys, write_member_keys
from stillwatch.signing.dsse import public_bytes, read_envelope, sign

_PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))
_OTHER = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
_A = "identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11"
_B = "identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d22"
_ENVELOPE = read_envelope(sign(b"{}", "a/b", _PRIVATE))


def day(number: int) -> datetime:
    return datetime(2026, 11, number, tzinfo=UTC)


def key(**changes: object) -> MemberKey:
    usual = {"member": _A, "name": "Lab A", "public": public_bytes(_PRIVATE), "valid_from": day(1)}
    return MemberKey(**{**usual, **changes})  # type: ignore[arg-type]


def checked(*keys: MemberKey, member: str = _A, signed_at: int = 10, received_at: int = 12) -> Signed:
    return check_signed(_ENVELOPE, keys, member=member, signed_at=day(signed_at), received_at=day(received_at))


def test_what_is_written_is_read_again() -> None:
    keys = (
        key(name='The "Lab"\n\\ A', valid_until=day(20)),
        key(member=_B, public=public_bytes(_OTHER), revoked_at=day(11), revoked_because="stolen"),
    )
    assert read_member_keys(write_member_keys(keys)) == keys


def test_a_key_of_the_member_counts() -> None:
    assert checked(key()) is Signed.VERIFIED
    assert checked(key(public=public_bytes(_OTHER)), key()) is Signed.VERIFIED


def test_of_a_member_without_keys_nothing_is_known() -> None:
    assert checked() is Signed.UNKNOWN_KEY
    assert checked(key(member=_B)) is Signed.UNKNOWN_KEY


def test_another_members_key_signs_nothing_for_this_one() -> None:
    with pytest.raises(VerificationError, match="no key of the member has signed it"):
        checked(key(public=public_bytes(_OTHER)), key(member=_B))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"valid_from": day(11)}, "counts from 2026-11-11 only"),
        ({"valid_until": day(10)}, "counted until 2026-11-10 only"),
        ({"revoked_at": day(11)}, "was revoked on 2026-11-11"),
    ],
)
def test_a_key_counts_in_its_time(changes: dict[str, datetime], says: str) -> None:
    with pytest.raises(VerificationError, match=says):
        checked(key(**changes))


def test_a_key_that_ran_out_since_still_counts_and_one_revoked_later_did() -> None:
    assert checked(key(valid_until=day(11))) is Signed.VERIFIED
    assert checked(key(revoked_at=day(13))) is Signed.VERIFIED


def test_a_second_key_that_counts_is_enough() -> None:
    twice = _ENVELOPE._replace(
        signatures=(*_ENVELOPE.signatures, *read_envelope(sign(b"{}", "a/b", _OTHER)).signatures)
    )
    keys = (key(revoked_at=day(2)), key(public=public_bytes(_OTHER)))
    assert check_signed(twice, keys, member=_A, signed_at=day(10), received_at=day(12)) is Signed.VERIFIED


_PUBLIC = 'public = "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik="'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[key]\n", "key is no list of tables"),
        ("key = [1]\n", "an entry is no table"),
        ("[[keys]]\n", r"k: unknown key 'keys' \(did you mean 'key'"),
        ("[[key]]\nmembr = 1\n", "did you mean 'member'"),
        ("[[key]]\nmember = 1\n", "member is no text"),
        (f'[[key]]\nmember = "Lab A"\n{_PUBLIC}\n', "no id of an identity"),
        (f'[[key]]\nmember = "{_A}"\npublic = "AAAA"\n', "public is no public key"),
        (f'[[key]]\nmember = "{_A}"\npublic = "?"\n', "public is no public key"),
        (f'[[key]]\nmember = "{_A}"\n{_PUBLIC}\nalgorithm = "rsa"\n', "unknown algorithm 'rsa'"),
        (f'[[key]]\nmember = "{_A}"\n{_PUBLIC}\nid = "1"\n', "the id says 1, and the key is 139e3940e64b5491"),
        (f'[[key]]\nmember = "{_A}"\n{_PUBLIC}\nvalid_from = 2026-11-01\n', "valid_from is no time in a zone"),
        (f'[[key]]\nmember = "{_A}"\n{_PUBLIC}\n' * 2, "k:4: key 139e3940e64b5491 stands twice"),
    ],
)
def test_a_file_that_is_wrong_says_where(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_member_keys(text, "k")
