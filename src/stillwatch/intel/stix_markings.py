"""TLP 2.0, PAP and IEP 2.0 as marking definitions: the one table of their ids, written and read back.

>>> from stillwatch.core.marking import Handling, Tlp
>>> refs, definitions = marked(Handling(tlp=Tlp.AMBER_STRICT))
>>> refs[0]
'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003'
>>> handling_of(refs, {one.id: one.extensions for one in definitions}).tlp
<Tlp.AMBER_STRICT: 'amber+strict'>

None of the three is part of STIX 2.1, so their definitions travel with what they mark. The ids are those that OASIS
published for its extensions of 2022 (cti-stix-common-objects); other ids are in circulation and wrong. What a marking
says that nobody here understands is taken for the strictest.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.marking import Handling, Pap, Tlp, strictest
from stillwatch.intel.stix_ids import derived_id
from stillwatch.intel.stix_objects import ExternalReference, MarkingDefinition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TLP_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
PAP_EXTENSION: Final = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"
IEP_EXTENSION: Final = "extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a"
TLP_IDS: Final = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
PAP_IDS: Final = {
    Pap.WHITE: "marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730",
    Pap.GREEN: "marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9",
    Pap.AMBER: "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab",
    Pap.RED: "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e",
}
_PAP_CLEAR: Final = "marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92"
"""What MISP called white is clear in later lists; read as the same."""
_TLP_1: Final = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
}
"""Those of TLP 1.0, which STIX 2.1 defines itself; read, never written."""
_PUBLISHED: Final = {TLP_EXTENSION: "2022-10-01T00:00:00.000Z", PAP_EXTENSION: "2022-11-28T00:00:00.000Z"}
_IEP_SINCE: Final = "2026-01-01T00:00:00.000Z"
_ACTIONS: Final = {
    Pap.WHITE: "externally-visible-direct-actions",
    Pap.GREEN: "externally-visible-direct-actions",
    Pap.AMBER: "externally-visible-indirect-actions",
    Pap.RED: "internally-visible-actions",
}
_PAP_OF_ACTION: Final = {
    "externally-visible-direct-actions": Pap.WHITE,
    "externally-visible-indirect-actions": Pap.AMBER,
}
"""What a policy permits at most; every other action is read as the strictest."""
_TLP_OF: Final = {ref: tlp for tlp, ref in TLP_IDS.items()} | _TLP_1
_PAP_OF: Final = {ref: pap for pap, ref in PAP_IDS.items()} | {_PAP_CLEAR: Pap.WHITE}
_STRICTEST: Final = Handling(tlp=Tlp.RED, pap=Pap.RED, permitted_use="a marking that is not understood")


class Marked(NamedTuple):
    """References for each object that is marked, and the definitions that must travel with them."""

    refs: tuple[str, ...]
    definitions: tuple[MarkingDefinition, ...]


def marked(handling: Handling) -> Marked:
    """The markings that say what `handling` says: TLP, PAP and a policy."""
    definitions = (_tlp(handling.tlp), _pap(handling.pap), _policy(handling))
    return Marked(tuple(one.id for one in definitions), definitions)


def handling_of(refs: Iterable[str], definitions: Mapping[str, Mapping[str, Any] | str]) -> Handling:
    """What the markings with these ids say together; without any, what holds for things that nobody has marked.

    Args:
        refs: Of the object and of its parts (granular markings count for the whole object).
        definitions: Id → what the marking definitions that came along say: their extensions, or a plain statement.
    """
    read = [_read(ref, definitions) for ref in dict.fromkeys(refs)]
    policies = [one for one in read if isinstance(one, Handling)]
    policy = reduce(strictest, policies) if policies else Handling()
    tlp = [one for one in read if isinstance(one, Tlp)] + [one.tlp for one in policies] or [policy.tlp]
    pap = [one for one in read if isinstance(one, Pap)] + [one.pap for one in policies] or [policy.pap]
    statements = [one.text for one in read if isinstance(one, _Statement)]
    return replace(
        policy,
        tlp=max(tlp, key=list(Tlp).index),
        pap=max(pap, key=list(Pap).index),
        permitted_use="; ".join(dict.fromkeys((policy.permitted_use, *statements))),
    )


class _Statement(NamedTuple):
    text: str


def _read(ref: str, definitions: Mapping[str, Mapping[str, Any] | str]) -> Tlp | Pap | Handling | _Statement:
    known = _TLP_OF.get(ref) or _PAP_OF.get(ref)
    if known is not None:
        return known
    says = definitions.get(ref)
    if isinstance(says, str):
        return _Statement(says)
    policy = says.get(IEP_EXTENSION) if says is not None else None
    return _read_policy(policy) if isinstance(policy, dict) else _STRICTEST


def _tlp(tlp: Tlp) -> MarkingDefinition:
    return _colour(TLP_IDS[tlp], f"TLP:{tlp.upper()}", TLP_EXTENSION, "tlp_2_0", tlp.value)


def _pap(pap: Pap) -> MarkingDefinition:
    return _colour(PAP_IDS[pap], f"PAP:{pap.upper()}", PAP_EXTENSION, "pap", pap.value)


def _colour(ref: str, name: str, extension: str, key: str, colour: str) -> MarkingDefinition:
    says = {"extension_type": "property-extension", key: colour}
    return MarkingDefinition(
        id=ref, spec_version="2.1", created=_PUBLISHED[extension], name=name, extensions={extension: says}
    )


def _policy(handling: Handling) -> MarkingDefinition:
    says: dict[str, Any] = {
        "extension_type": "property-extension",
        "encrypt_in_transit": "may" if handling.tlp is Tlp.CLEAR else "must",
        "permitted_actions": _ACTIONS[handling.pap],
        "affected_party_notifications": "may",
        "tlp": {Tlp.CLEAR: "white", Tlp.AMBER_STRICT: "amber"}.get(handling.tlp, handling.tlp.value),
        "provider_attribution": "must-not" if handling.must_not_name_source else "may",
        "unmodified_resale": "may" if handling.may_resell else "must-not",
        "iep_version": 2.0,
        "description": handling.permitted_use,
        "start_date": _IEP_SINCE,
    }
    ref = derived_id("marking-definition", *map(str, says.values()))
    says["iep_id"] = ref.removeprefix("marking-definition--")
    framework = ExternalReference(source_name="FIRST IEP 2.0", description="Information Exchange Policy 2.0 framework")
    return MarkingDefinition(
        id=ref,
        spec_version="2.1",
        created=_IEP_SINCE,
        name=f"Use: {handling.permitted_use}",
        external_references=[framework],
        extensions={IEP_EXTENSION: says},
    )


def _read_policy(says: Mapping[str, Any]) -> Handling:
    colours = {"white": Tlp.CLEAR, "clear": Tlp.CLEAR, "green": Tlp.GREEN, "amber": Tlp.AMBER}
    return Handling(
        tlp=colours.get(str(says.get("tlp")), Tlp.RED),
        pap=_PAP_OF_ACTION.get(str(says.get("permitted_actions")), Pap.RED),
        permitted_use=str(says.get("description") or Handling().permitted_use),
        must_not_name_source=says.get("provider_attribution") == "must-not",
        may_resell=says.get("unmodified_resale") == "may",
    )
