"""Whether a bundle may be imported: what `tests/service/sharing/test_bundle_import.py` does with files, in values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stillwatch.core.errors import VerificationError
from stillwatch.intel.bundle_chain import Link, Place
from stillwatch.intel.bundle_manifest import Manifest
from stillwatch.intel.check_bundle import Check, Checked, check_bundle, said_spans
from stillwatch.intel.member_keys import MemberKey
from stillwatch.intel.signed_bundle import OpenedBundle, open_bundle_file, write_bundle_file
from stillwatch.signing.dsse import public_bytes

_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
_MEMBER = "identity--5f3c2a0e-9d0c-4c39-8d5a-0b6f0a3c1d11"
_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_KEYS = (MemberKey(member=_MEMBER, name="A, as we call it", public=public_bytes(_KEY)),)
_FIRST = {1: Link(1, "aa" * 32, "")}


def opened(number: int = 2, previous: str = "aa" * 32) -> OpenedBundle:
    manifest = Manifest(
        producer=_MEMBER,
        producer_name="Lab A",
        export_seq=number,
        previous=previous,
        created_at=_NOW,
        expires_at=_NOW + timedelta(days=1),
        files=(),
    )
    return open_bundle_file(write_bundle_file(manifest, {}, _KEY))


def test_the_next_of_a_row_is_imported_under_the_name_that_the_reader_knows() -> None:
    assert check_bundle(opened(), _KEYS, _FIRST, Check(at=_NOW)) == Checked(Place.NEXT, "A, as we call it", ())


def test_a_gap_is_imported_where_it_is_allowed() -> None:
    late = opened(4, "cc" * 32)
    assert check_bundle(late, _KEYS, _FIRST, Check(at=_NOW, allows_gap=True)).missing == ((2, 3),)
    with pytest.raises(VerificationError, match=r"x\.swb: of main, 2 to 3 must come before it"):
        check_bundle(late, _KEYS, _FIRST, Check(at=_NOW, where="x.swb"))


def test_clocks_may_differ_by_a_day() -> None:
    assert check_bundle(opened(), _KEYS, _FIRST, Check(at=_NOW - timedelta(hours=23))).place is Place.NEXT
    for at in (_NOW - timedelta(hours=25), _NOW + timedelta(days=1)):
        with pytest.raises(VerificationError, match="set the clock"):
            check_bundle(opened(), _KEYS, _FIRST, Check(at=at))


def test_spans_are_said_in_words() -> None:
    assert said_spans(((1, 1), (3, 9))) == "1, 3 to 9"
