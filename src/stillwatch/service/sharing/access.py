"""Who asks a server of shared objects, and what of its collections is his to read and to write.

>>> opened = Rights(can_read=True)
>>> lab = Caller(name="lab-a", rights={"c-1": opened})
>>> lab.rights_on("c-1").can_read, lab.rights_on("c-2").can_read
(True, False)
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from stillwatch.core.marking import Tlp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from stillwatch.service.sharing.carried_object import CarriedObject
    from stillwatch.service.sharing.object_store import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """On one collection."""

    can_read: bool = False
    can_write: bool = False
    can_moderate: bool = False
    """Delete what others have sent."""


NO_RIGHTS: Final = Rights()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    name: str
    """Of the member; objects are kept under it."""
    identity: str = ""
    """STIX id that its objects name as their producer; empty = any."""
    rights: Mapping[str, Rights] = field(default_factory=dict)
    """By the id of a collection."""
    ceiling: Tlp = Tlp.RED
    """It is shown what is marked so or milder."""

    def rights_on(self, collection: str) -> Rights:
        return self.rights.get(collection, NO_RIGHTS)


class Credentials(NamedTuple):
    """What a client has shown of itself; each part empty where it is not given."""

    user: str = ""
    secret: str = ""
    """A bearer token, or the password of `user`."""
    certificate_sha256: str = ""
    """Of the client's certificate, which the server has checked against its authority; hex."""


class Admitted(NamedTuple):
    """What of a request may go into the store."""

    objects: tuple[CarriedObject, ...]
    refused: tuple[Refused, ...]


class Doorkeeper(Protocol):
    def caller(self, shown: Credentials) -> Caller | None:
        """Who it is; None where it is nobody who may enter."""
        ...

    def admit(self, documents: Sequence[Any], caller: Caller, collection: str) -> Admitted:
        """Sort out which of a caller's objects, parsed JSON, may go into a collection."""
        ...


def shown_in(authorization: str, certificate_sha256: str = "") -> Credentials:
    """Read the header `Authorization`, basic or bearer (some clients say token); any other shows nothing."""
    scheme, _, rest = authorization.partition(" ")
    rest = rest.strip()
    if scheme.lower() in ("bearer", "token"):
        return Credentials("", rest, certificate_sha256)
    if scheme.lower() == "basic":
        try:
            user, colon, secret = base64.b64decode(rest, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            return Credentials(certificate_sha256=certificate_sha256)
        if colon:
            return Credentials(user, secret, certificate_sha256)
    return Credentials(certificate_sha256=certificate_sha256)
