"""Who may enter a server of shared objects, by its settings: whose secret or certificate it is.

>>> import hashlib
>>> from stillwatch.service.sharing.taxii_settings import Collection, MemberEntry, TaxiiSettings
>>> lab = MemberEntry(name="lab-a", secrets_sha256=(hashlib.sha256(b"s3cret").hexdigest(),), reads=("*",))
>>> door = MembersDoor(TaxiiSettings(store="", collections=(Collection(id="c-1"),), members=(lab,)))
>>> door.caller(Credentials(secret="s3cret")).rights_on("c-1").can_read
True
>>> door.caller(Credentials(secret="guess")) is None
True

Secrets are made by `stillwatch taxii secret`, with 256 random bits: nobody guesses one, so that a plain SHA-256 is
enough to keep, and looking one up tells nothing by the time it takes. A certificate counts after the server has checked
it against its authority; the settings name it by its digest, so that the authority's other certificates open nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from stillwatch.core.marking import Tlp
from stillwatch.service.sharing.access import Admitted, Caller, Credentials, Rights
from stillwatch.service.sharing.admit_objects import admit_objects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.service.sharing.taxii_settings import MemberEntry, TaxiiSettings


class MembersDoor:
    """A `service.sharing.access.Doorkeeper`."""

    def __init__(self, settings: TaxiiSettings) -> None:
        collections = tuple(one.id for one in settings.collections)
        self._by_secret: dict[str, Caller] = {}
        self._by_certificate: dict[str, Caller] = {}
        for member in settings.members:
            caller = _caller(member, collections, may_write=True)
            reader = _caller(member, collections, may_write=False)
            self._by_secret |= dict.fromkeys(member.secrets_sha256, caller)
            self._by_secret |= dict.fromkeys(member.reading_secrets_sha256, reader)
            self._by_certificate |= dict.fromkeys(member.certificates_sha256, caller)

    def caller(self, shown: Credentials) -> Caller | None:
        """Who it is; a secret that is shown counts alone, whatever the certificate."""
        if not shown.secret:
            return self._by_certificate.get(shown.certificate_sha256)
        digest = hashlib.sha256(shown.secret.encode("utf-8", "surrogatepass")).hexdigest()
        found = self._by_secret.get(digest)
        return found if found is not None and shown.user in ("", found.name) else None

    def admit(self, documents: Sequence[Any], caller: Caller, collection: str) -> Admitted:
        del collection  # the same in all of them
        return admit_objects(documents, caller.identity)


def _caller(member: MemberEntry, collections: tuple[str, ...], *, may_write: bool) -> Caller:
    rights = {
        one: Rights(
            can_read=_names(member.reads, one),
            can_write=may_write and _names(member.writes, one),
            can_moderate=may_write and _names(member.moderates, one),
        )
        for one in collections
    }
    return Caller(name=member.name, identity=member.identity, rights=rights, ceiling=Tlp(member.ceiling))


def _names(listed: tuple[str, ...], collection: str) -> bool:
    return "*" in listed or collection in listed
