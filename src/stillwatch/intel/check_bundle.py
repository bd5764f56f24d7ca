"""Decide whether a bundle that was opened may be imported: by whom it is signed, until when it counts, where it stands.

checked = check_bundle(opened, keys, imported, Check(at=now))
checked.place, checked.signer.name
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.core.provenance import Signed
from stillwatch.intel.bundle_chain import Link, Place, missing, place_of
from stillwatch.intel.member_keys import check_signed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stillwatch.intel.member_keys import MemberKey
    from stillwatch.intel.signed_bundle import OpenedBundle

_CLOCKS_DIFFER: Final = timedelta(days=1)
"""No clock in an air gap is set by another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    at: datetime
    """Now."""
    allows_gap: bool = False
    """Whether one may be imported though others before it have not come."""
    where: str = ""


class Checked(NamedTuple):
    place: Place
    signer: str
    """What the reader's file of keys calls the member."""
    missing: tuple[tuple[int, int], ...]
    """Spans of numbers before it that have not come."""


def check_bundle(
    opened: OpenedBundle, keys: tuple[MemberKey, ...], imported: Mapping[int, Link], check: Check
) -> Checked:
    """Decide; the digests of the files are checked when they are read.

    Args:
        opened: The bundle.
        keys: Those that the reader knows.
        imported: By number, what came before of its producer's stream.
        check: How.

    Raises:
        VerificationError: It is forged, changed, expired, of another row, or comes before others that are missing.
    """
    one = opened.manifest
    signer = _signer(opened, keys, check)
    place = place_of(imported, Link(one.export_seq, opened.sha256, one.previous, one.is_complete))
    if place is Place.REPEATED:
        return Checked(place, signer, ())
    if why := _untimely(opened, check.at):
        raise VerificationError(why, where=check.where, mend="ask for a newer one, or set the clock that is wrong")
    if place is Place.FORKED:
        what = f"number {one.export_seq} of {one.stream} does not fit to what came before"
        mend = "somebody else signs with the member's key, or it sends two rows: ask it by another way"
        raise VerificationError(what, where=check.where, mend=mend)
    gaps = missing(imported, one.export_seq) if place in (Place.GAP, Place.RESTART) else ()
    if place is Place.GAP and not check.allows_gap:
        mend = "import those first, ask for a complete bundle, or allow the gap"
        what = f"of {one.stream}, {said_spans(gaps)} must come before it"
        raise VerificationError(what, where=check.where, mend=mend)
    return Checked(place, signer, gaps)


def said_spans(spans: tuple[tuple[int, int], ...]) -> str:
    """Spans of numbers in words.

    >>> said_spans(((3, 3), (5, 8)))
    '3, 5 to 8'
    """
    return ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in spans)


def _signer(opened: OpenedBundle, keys: tuple[MemberKey, ...], check: Check) -> str:
    one = opened.manifest
    try:
        signed = check_signed(
            opened.envelope, keys, member=one.producer, signed_at=one.created_at, received_at=check.at
        )
    except VerificationError as error:
        where = ", ".join(filter(None, (check.where, error.where)))
        raise VerificationError(error.what, where=where, mend=error.mend) from error
    if signed is not Signed.VERIFIED:
        mend = "compare its key with the member by another way, then `stillwatch keys trust`"
        raise VerificationError(f"no key of {one.producer} is known", where=check.where, mend=mend)
    return next(key.name for key in keys if key.member == one.producer)


def _untimely(opened: OpenedBundle, at: datetime) -> str:
    one = opened.manifest
    if one.created_at > at + _CLOCKS_DIFFER:
        return f"it says that it was made on {one.created_at:%Y-%m-%d %H:%M}Z"
    return f"it expired on {one.expires_at:%Y-%m-%d}" if one.expires_at <= at else ""
