"""A party of OFAC's advanced XML: its kind, its names with scripts and strengths, what is known of it.

names_of(identity, walked)[0].text      # "QUILLFEATHER, Barnaby"
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from stillwatch.core.listed_entity import AliasStrength, EntityType, ListedName
from stillwatch.screening.list_names import script_of
from stillwatch.screening.ofac_periods import period_dates

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from stillwatch.core.listed_entity import ListedAddress
    from stillwatch.screening.ofac_references import Walked

_TYPES: Final = {
    "individual": EntityType.PERSON,
    "entity": EntityType.ORGANISATION,
    "vessel": EntityType.VESSEL,
}
_ORDER: Final = ("last name", "maiden name", "first name", "middle name", "patronymic", "matronymic", "nickname")


def type_of(profile: Element, walked: Walked) -> EntityType:
    number = profile.get("PartySubTypeID")
    name = walked.value("PartySubType", number)
    if not _TYPES.get(name.lower()) and (sub := walked.values.get("PartySubType", {}).get(number or "")) is not None:
        name = walked.value("PartyType", sub.get("PartyTypeID"))
    return _TYPES.get(name.lower(), EntityType.UNKNOWN)


def names_of(identity: Element, walked: Walked) -> tuple[ListedName, ...]:
    kinds = {
        group.get("ID", ""): walked.value("NamePartType", group.get("NamePartTypeID")).lower()
        for group in identity.iter("NamePartGroup")
    }
    found: dict[str, ListedName] = {}
    for alias in sorted(identity.iterfind("Alias"), key=lambda one: one.get("Primary") != "true"):
        is_weak = alias.get("LowQuality") == "true"
        for number, documented in enumerate(alias.iterfind("DocumentedName")):
            text, script = _name(documented, kinds, walked)
            is_primary = alias.get("Primary") == "true" and not number
            strength = AliasStrength.WEAK if is_weak else AliasStrength.STRONG
            if text:
                strength = AliasStrength.PRIMARY if is_primary else strength
                found.setdefault(text, ListedName(text=text, strength=strength, script=script))
    return tuple(found.values())


def _name(documented: Element, kinds: dict[str, str], walked: Walked) -> tuple[str, str]:
    """`LAST, First Middle` of a person, else the parts as they stand."""
    parts: dict[str, str] = {}
    script = ""
    for value in documented.iterfind("DocumentedNamePart/NamePartValue"):
        kind = kinds.get(value.get("NamePartGroupID", ""), "")
        parts[kind] = " ".join(filter(None, (parts.get(kind, ""), (value.text or "").strip())))
        number = value.get("ScriptID")
        stated = walked.values.get("Script", {}).get(number or "")
        script = script or (stated.get("ScriptCode", "") if stated is not None else "")
    family = parts.pop("last name", "")
    rest = " ".join(parts[kind] for kind in sorted(parts, key=_place_of) if parts[kind])
    text = f"{family}, {rest}" if family and rest else family or rest
    return text, script or script_of(text)


def _place_of(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


@dataclass(slots=True)
class Features:
    """Places by the kind of feature that names them, and births."""

    places: list[tuple[str, ListedAddress]] = field(default_factory=list)
    born: list[str] = field(default_factory=list)
    born_at: list[str] = field(default_factory=list)


def features_of(profile: Element, walked: Walked) -> Features:
    found = Features()
    for feature in profile.iterfind("Feature"):
        kind = walked.value("FeatureType", feature.get("FeatureTypeID")).lower()
        for place in feature.iter("VersionLocation"):
            if (known := walked.places.get(place.get("LocationID", ""))) is not None:
                found.places.append((kind, known))
        if kind == "birthdate":
            found.born.extend(day for period in feature.iter("DatePeriod") for day in period_dates(period))
        if kind == "place of birth":
            found.born_at.extend(text for one in feature.iter("VersionDetail") if (text := (one.text or "").strip()))
    return found
