"""What a hub lets a member publish: what is the member's own, marked, and small enough.

>>> from stillwatch.core.marking import Tlp
>>> from stillwatch.service.sharing.hub_members import HubRole, Member
>>> lab = "identity--5a1c8e52-6a3f-4f0a-9d0e-0d6f3f6d7c10"
>>> member = Member("lab-a", lab, HubRole.TRUSTED, Tlp.AMBER, 0.0, None, "")
>>> one = {"type": "campaign", "id": "campaign--fb2e2c4f-5d6b-4b9e-8a7a-0d6f3f6d7c11", "created_by_ref": lab}
>>> admitted = admit([one, {**one, "created_by_ref": "identity--fb2e2c4f-5d6b-4b9e-8a7a-0d6f3f6d7c11"}], member)
>>> [held.tlp for held in admitted.objects], admitted.refused[0].reason
([<Tlp.AMBER: 'amber'>], 'created_by_ref is not your identity')

Whatever makes a claim bears the member's identity. Definitions that everybody's objects refer to are anybody's, and
what has no author (observables) says nothing by itself. Markings decide who is shown an object; what is not understood
of them counts as the strictest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.errors import InputError
from stillwatch.core.marking import Tlp
from stillwatch.intel.stix_ids import observable_id
from stillwatch.intel.stix_markings import handling_of
from stillwatch.service.sharing.carried_object import carried_object
from stillwatch.service.sharing.object_store import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.service.sharing.carried_object import CarriedObject
    from stillwatch.service.sharing.hub_members import Member

_DEFINITIONS: Final = frozenset(("marking-definition", "extension-definition", "identity"))
"""Said of nobody; shown to everybody."""
_COMMON: Final = _DEFINITIONS | {"attack-pattern"}
"""Others' objects that travel with one's own."""
_CONTRIBUTING: Final = {
    "user-account": ("account_type", "user_id", "account_login"),
    "autonomous-system": ("number",),
}
"""Fields that an observable's id follows from; of all others `value`."""
_LARGEST_OBJECT: Final = 1 << 20
_MOST_OBJECTS: Final = 100_000
_MOST_MARKINGS: Final = 64


class Admitted(NamedTuple):
    objects: tuple[CarriedObject, ...]
    refused: tuple[Refused, ...]


def read_envelope(body: bytes) -> list[Any]:
    """The objects of a bundle or of an envelope of TAXII.

    Raises:
        InputError: It is neither, nested too deep, or holds too many.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InputError(f"this is no JSON: {error}", mend='send {"objects": [...]}') from error
    objects = document.get("objects") if isinstance(document, dict) else None
    if not isinstance(objects, list):
        raise InputError("there are no objects in it", mend='send {"objects": [...]}')
    if len(objects) > _MOST_OBJECTS:
        raise InputError(f"it holds {len(objects)} objects", mend=f"send at most {_MOST_OBJECTS} at once")
    return objects


def admit(documents: Iterable[Any], member: Member) -> Admitted:
    """Sort out what a member may publish, with how it is marked."""
    documents = list(documents)
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
        why = _objection(one, member)
        tlp = _tlp(document, definitions)
        if not why and tlp is Tlp.RED:
            why = "TLP:RED is told to persons, not to a hub"
        if why:
            refused.append(Refused(one.object_id, one.version, why))
        else:
            named = one.type not in _COMMON and not one.created_by and _is_named_by_content(one, document)
            objects.append(one._replace(tlp=tlp, is_named_by_content=named))
    return Admitted(tuple(objects), tuple(refused))


def _objection(one: CarriedObject, member: Member) -> str:
    if len(one.data) > _LARGEST_OBJECT:
        return f"larger than {_LARGEST_OBJECT} bytes"
    if one.type == "identity" and one.object_id != member.identity and one.created_by == member.identity:
        return "a member speaks of no identity but its own"
    if one.type in _COMMON or one.created_by == member.identity:
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
    names = _CONTRIBUTING.get(one.type, ("value",))
    parts = {name: document[name] for name in names if isinstance(document.get(name), str | int)}
    return bool(parts) and one.object_id == observable_id(one.type, parts)
