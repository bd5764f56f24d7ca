"""What a server lets a member publish: what is the member's own, marked, and small enough.

>>> lab = "identity--5a1c8e52-6a3f-4f0a-9d0e-0d6f3f6d7c10"
>>> one = {"type": "campaign", "id": "campaign--fb2e2c4f-5d6b-4b9e-8a7a-0d6f3f6d7c11", "created_by_ref": lab}
>>> admitted = admit_objects([one, {**one, "created_by_ref": "identity--fb2e2c4f-5d6b-4b9e-8a7a-0d6f3f6d7c11"}], lab)
>>> [held.tlp for held in admitted.objects], admitted.refused[0].reason
([<Tlp.AMBER: 'amber'>], 'created_by_ref is not your identity')

Whatever makes a claim bears the member's identity. Definitions that everybody's objects refer to are anybody's, and
what has no author (observables) says nothing by itself. Markings decide who is shown an object; what is not understood
of them counts as the strictest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.core.marking import Tlp
from stillwatch.intel.stix_ids import observable_id
from stillwatch.intel.stix_markings import handling_of
from stillwatch.service.sharing.access import Admitted
from stillwatch.service.sharing.carried_object import carried_object
from stillwatch.service.sharing.object_store import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.service.sharing.carried_object import CarriedObject

_DEFINITIONS: Final = frozenset(("marking-definition", "extension-definition", "identity"))
"""Said of nobody; shown to everybody."""
_COMMON: Final = _DEFINITIONS | {"attack-pattern"}
"""Others' objects that travel with one's own."""
_LARGEST_OBJECT: Final = 1 << 20
_MOST_MARKINGS: Final = 64


def admit_objects(documents: Sequence[Any], identity: str) -> Admitted:
    """Sort out what may be published, with how it is marked.

    Args:
        documents: Parsed JSON.
        identity: STIX id of the member's identity; empty = it relays what others have made.
    """
    definitions = {
        one["id"]: _says(one)
        for one in documents
        if isinstance(one, dict) and one.get("type") == "marking-definition" and isinstance(one.get("id"), str)
    }
    objects: list[CarriedObject] = []
    refused: list[Refused] = []
    for place, document in enumerate(documents):
        try:
            one = carried_object(document)
        except InputError as error:
            refused.append(Refused(error.where or f"objects[{place}]", "", error.what))
            continue
        tlp = _tlp(document, definitions)
        why = _objection(one, identity, tlp)
        if why:
            refused.append(Refused(one.object_id, one.version, why))
        else:
            named = one.type not in _COMMON and not one.created_by and _is_named_by_content(one, document)
            objects.append(one._replace(tlp=tlp, is_named_by_content=named))
    return Admitted(tuple(objects), tuple(refused))


def _objection(one: CarriedObject, identity: str, tlp: Tlp) -> str:
    if len(one.data) > _LARGEST_OBJECT:
        return f"larger than {_LARGEST_OBJECT} bytes"
    if tlp is Tlp.RED:
        return "TLP:RED is told to persons, not to a server; so is what bears a marking that is not understood"
    return _foreign(one, identity) if identity else ""


def _foreign(one: CarriedObject, identity: str) -> str:
    """Why an object is not the member's own to send; empty where it is."""
    if one.type == "identity" and one.object_id != identity and one.created_by == identity:
        return "a member speaks of no identity but its own"
    if one.type in _COMMON or one.created_by == identity:
        return ""
    if one.created_by:
        return "created_by_ref is not your identity"
    return "" if not one.version else "created_by_ref is missing"


def _tlp(document: dict[str, Any], definitions: dict[str, Any]) -> Tlp:
    if document["type"] in _DEFINITIONS:
        return Tlp.CLEAR
    refs = document.get("object_marking_refs", [])
    granular = document.get("granular_markings", [])
    if not isinstance(refs, list) or not isinstance(granular, list) or len(refs) + len(granular) > _MOST_MARKINGS:
        return Tlp.RED
    parts = [one.get("marking_ref") for one in granular if isinstance(one, dict)]
    return handling_of([str(ref) for ref in (*refs, *filter(None, parts))], definitions).tlp


def _says(definition: dict[str, Any]) -> Any:
    says = definition.get("definition")
    if definition.get("definition_type") == "statement" and isinstance(says, dict):
        return str(says.get("statement", ""))
    extensions = definition.get("extensions")
    return extensions if isinstance(extensions, dict) else {}


def _is_named_by_content(one: CarriedObject, document: dict[str, Any]) -> bool:
    """Whether it is an observable whose id is that of its value, so that two producers may have the same."""
    value = document.get("value")
    return isinstance(value, str) and one.object_id == observable_id(one.type, {"value": value})
