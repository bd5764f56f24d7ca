"""Parties of OFAC's advanced XML: kinds, names in parts, features."""

from __future__ import annotations

from xml_element import element

from stillwatch.core.listed_entity import AliasStrength, EntityType, ListedAddress
from stillwatch.screening.ofac_party import features_of, names_of, type_of
from stillwatch.screening.ofac_references import Walked, keep


def _walked() -> Walked:
    walked = Walked()
    sets = (
        "<NamePartTypeValues><NamePartType ID='1'>Last Name</NamePartType>"
        "<NamePartType ID='2'>First Name</NamePartType>"
        "<NamePartType ID='3'>Middle Name</NamePartType></NamePartTypeValues>"
        "<ScriptValues><Script ID='9' ScriptCode='Cyrl'>Cyrillic</Script></ScriptValues>"
        "<FeatureTypeValues><FeatureType ID='8'>Birthdate</FeatureType><FeatureType ID='25'>Location</FeatureType>"
        "</FeatureTypeValues><PartySubTypeValues><PartySubType ID='1' PartyTypeID='1'>Vessel</PartySubType>"
        "<PartySubType ID='3' PartyTypeID='2'>Unknown</PartySubType></PartySubTypeValues>"
        "<PartyTypeValues><PartyType ID='2'>Entity</PartyType></PartyTypeValues>"
    )
    keep(element(f"<ReferenceValueSets>{sets}</ReferenceValueSets>"), walked)
    return walked


def _alias(parts: str, primary: str, weak: str = "false") -> str:
    return f"<Alias Primary='{primary}' LowQuality='{weak}'><DocumentedName>{parts}</DocumentedName></Alias>"


def _part(group: int, text: str, script: str = "") -> str:
    number = f" ScriptID='{script}'" if script else ""
    value = f"<NamePartValue NamePartGroupID='{group}'{number}>{text}</NamePartValue>"
    return f"<DocumentedNamePart>{value}</DocumentedNamePart>"


def test_a_person_is_last_name_first_and_weak_aliases_are_marked() -> None:
    groups = "".join(f"<NamePartGroup ID='{number}' NamePartTypeID='{number}'/>" for number in (1, 2, 3))
    parts = _part(3, "Quentin") + _part(2, "Barnaby") + _part(1, "QUILLFEATHER")
    aliases = _alias(_part(2, "THE CLERK"), "false", "true") + _alias(_part(1, "КВИЛ", "9"), "false")
    identity = element(
        f"<Identity>{aliases}{_alias(parts, 'true')}<NamePartGroups>{groups}</NamePartGroups></Identity>"
    )
    assert [(name.text, name.strength, name.script) for name in names_of(identity, _walked())] == [
        ("QUILLFEATHER, Barnaby Quentin", AliasStrength.PRIMARY, "Latn"),
        ("THE CLERK", AliasStrength.WEAK, "Latn"),
        ("КВИЛ", AliasStrength.STRONG, "Cyrl"),
    ]


def test_the_kind_stands_in_the_sub_type_or_behind_it() -> None:
    kinds = [type_of(element(f"<Profile PartySubTypeID='{number}'/>"), _walked()) for number in (1, 3, 7)]
    assert kinds == [EntityType.VESSEL, EntityType.ORGANISATION, EntityType.UNKNOWN]


def test_features_lead_to_places_and_births() -> None:
    walked = _walked()
    walked.places["5"] = ListedAddress(text="Veldt")
    year = "<Year>1961</Year>"
    born = f"<DatePeriod><Start><From>{year}</From></Start><End><To>{year}</To></End></DatePeriod>"
    profile = element(
        f"<Profile><Feature FeatureTypeID='8'>{born}</Feature>"
        "<Feature FeatureTypeID='25'><VersionLocation LocationID='5'/><VersionLocation LocationID='6'/></Feature>"
        "</Profile>"
    )
    found = features_of(profile, walked)
    assert (found.born, found.places) == (["1961"], [("location", ListedAddress(text="Veldt"))])
