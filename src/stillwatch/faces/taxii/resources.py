"""What a server says of itself: discovery, its API roots, and the collections that a caller may see.

>>> from stillwatch.service.sharing.taxii_settings import TaxiiSettings
>>> Resources(TaxiiSettings(store="", title="Ours")).discovery()["api_roots"]
['/intel/']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.faces.taxii.answer import MEDIA_TYPE

if TYPE_CHECKING:
    from stillwatch.service.sharing.access import Caller
    from stillwatch.service.sharing.taxii_settings import ApiRoot, Collection, TaxiiSettings

_STIX = ["application/stix+json;version=2.1", "application/stix+json;version=2.0"]


class Resources:
    def __init__(self, settings: TaxiiSettings) -> None:
        self._settings = settings
        self._base = settings.listen.public_url.rstrip("/")

    def discovery(self) -> dict[str, Any]:
        settings = self._settings
        roots = [f"{self._base}/{one.name}/" for one in settings.api_roots]
        said = {"description": settings.description, "contact": settings.contact}
        return {
            "title": settings.title,
            **{name: text for name, text in said.items() if text},
            "default": roots[0],
            "api_roots": roots,
        }

    def api_root(self, name: str) -> dict[str, Any] | None:
        """One of them; None where there is none of this name."""
        found = next((one for one in self._settings.api_roots if one.name == name), None)
        return None if found is None else self._root(found)

    def collections(self, root: str, caller: Caller) -> list[dict[str, Any]]:
        """Those of an API root, by id."""
        those = (one for one in self._settings.collections if one.api_root == root and self.is_seen(one, caller))
        return [self.collection(one, caller) for one in sorted(those, key=lambda one: one.id)]

    def collection(self, one: Collection, caller: Caller) -> dict[str, Any]:
        rights = caller.rights_on(one.id)
        said = {"description": one.description, "alias": one.alias}
        return {
            "id": one.id,
            "title": one.title,
            **{name: text for name, text in said.items() if text},
            "can_read": rights.can_read,
            "can_write": rights.can_write,
            "media_types": _STIX,
        }

    def find(self, root: str, name: str, caller: Caller) -> Collection | None:
        """A collection by its id or alias; None where there is none for this caller."""
        for one in self._settings.collections:
            if one.api_root == root and name in (one.id, one.alias or one.id) and self.is_seen(one, caller):
                return one
        return None

    def is_seen(self, one: Collection, caller: Caller) -> bool:
        """Whether it is there for a caller: what he has no rights on is not, so that names are not to be tried."""
        rights = caller.rights_on(one.id)
        return self._settings.lists_all or rights.can_read or rights.can_write

    def _root(self, one: ApiRoot) -> dict[str, Any]:
        said = {"description": one.description} if one.description else {}
        return {
            "title": one.title,
            **said,
            "versions": [MEDIA_TYPE],
            "max_content_length": self._settings.limits.body_bytes,
        }
