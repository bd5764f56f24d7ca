"""Read what others send as STIX 2.1: a bundle, or a page of a TAXII server.

    read = read_bundle(data)
    read.campaigns, read.sightings, read.opinions, read.revoked, read.refused

What comes from outside is hostile until it is read: size, count, depth and length are limited, nothing is followed
more than one step, and one bad object costs itself alone. An object says something about another one only where both
name the same author, so that nobody can add an indicator to somebody else's campaign, or take one away.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.core.errors import InputError
from stillwatch.core.read_bundle import ReadBundle, Refused
from stillwatch.intel import stix_received as stix
from stillwatch.intel.read_limits import ReadLimits
from stillwatch.intel.stix_read_campaign import CampaignReader
from stillwatch.intel.stix_read_feedback import read_opinions, read_sightings
from stillwatch.intel.stix_shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable


_envelope: Final = msgspec.json.Decoder(stix.Envelope)
_kept: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(stix.READ)
_named: Final = msgspec.json.Decoder(stix.Named)


def read_bundle(data: bytes, limits: ReadLimits = ReadLimits()) -> ReadBundle:  # noqa: B008  # frozen
    """Read it; what is refused is named with its reason.

    Raises:
        InputError: It is too large, too deep, holds too many objects, or is no bundle at all.
    """
    shelf, refused, passed = Shelf(), list[Refused](), Counter[str]()
    for place, raw in enumerate(_objects(data, limits)):
        if len(raw) > limits.object_bytes:
            refused.append(Refused(id=f"objects[{place}]", why=f"larger than {limits.object_bytes} bytes"))
            continue
        try:
            one = _kept.decode(raw)
        except stix.UNREADABLE as error:
            named = _name(raw)
            if named.type in _KNOWN:
                refused.append(Refused(id=named.id[:200] or f"objects[{place}]", why=str(error)))
            else:
                passed[named.type[:64] or "without a type"] += 1
            continue
        if isinstance(one, stix.Passed):
            passed[type(one).__name__] += 1
        elif why := shelf.put(one):
            refused.append(Refused(id=one.id, why=why))
    reader = CampaignReader(shelf, limits)
    return ReadBundle(
        campaigns=reader.campaigns(),
        sightings=read_sightings(shelf, refused),
        opinions=read_opinions(shelf, refused),
        revoked=shelf.revoked(),
        refused=(*refused, *reader.refused),
        passed_over=tuple(sorted(passed.items())),
    )


_KNOWN: Final = frozenset(str(kind.__struct_config__.tag) for kind in stix.KINDS)


def _objects(data: bytes, limits: ReadLimits) -> Iterable[msgspec.Raw]:
    if len(data) > limits.size_bytes:
        raise InputError(f"the bundle has {len(data)} bytes", mend=f"at most {limits.size_bytes} are read")
    try:
        envelope = _envelope.decode(data)
    except RecursionError as error:
        raise InputError("the bundle is nested too deep", mend="no object of STIX needs it") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"this is no bundle of STIX 2.1: {error}", mend="ask its producer") from error
    if envelope.type != "bundle":
        raise InputError(f"this is a {envelope.type[:64]}, not a bundle", mend="ask its producer")
    if len(envelope.objects) > limits.objects:
        found = len(envelope.objects)
        raise InputError(f"the bundle holds {found} objects", mend=f"at most {limits.objects} are read")
    return envelope.objects


def _name(raw: msgspec.Raw) -> stix.Named:
    try:
        return _named.decode(raw)
    except stix.UNREADABLE:
        return stix.Named()
