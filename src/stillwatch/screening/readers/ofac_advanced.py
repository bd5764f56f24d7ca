"""OFAC's lists in the advanced model: `SDN_ADVANCED.XML`, `CONS_ADVANCED.XML`, with scripts and strengths of aliases.

Traps: values stand once in reference sets and are named by number; places and documents stand apart from their parties,
before and behind them. Names come in parts whose kind stands in a group beside them.
`LowQuality` marks a weak alias. A year as range from January to December is all that is known of a birth. `Owned or
Controlled By` says neither share nor which of the two.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.core.errors import InputError
from stillwatch.core.listed_entity import (
    AliasStrength,
    EntityType,
    ListedAddress,
    ListedEntity,
    ListedIdentifier,
    ListedName,
    OwnerLink,
)
from stillwatch.screening.list_format import ListCase, ListFormat, ReadList, Refused
from stillwatch.screening.ofac_party import features_of, names_of, type_of
from stillwatch.screening.ofac_references import BEFORE, BESIDE, Walked, keep
from stillwatch.screening.safe_xml import plain, records

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from stillwatch.screening.list_format import ListFiles

_PARTY: Final = "DistinctParty"
_HEAD: Final = 4_096
_COUNTRIES: Final = frozenset(("nationality country", "citizenship country", "nationality of registration"))


def _matches(files: ListFiles) -> bool:
    return len(files) == 1 and all(b"ADVANCED_XML" in data[:_HEAD] for data in files.values())


def _read(files: ListFiles, list_name: str) -> ReadList:
    del list_name
    ((name, data),) = files.items()
    source = "CONS" if "cons" in name.lower() else "SDN"
    walked = Walked()
    parties: list[ListedEntity] = []
    refused: list[Refused] = []
    for element in records(data, BESIDE | {_PARTY}, name):
        if element.tag != _PARTY:
            if parties and element.tag in BEFORE:
                what = f"{element.tag} stands behind the parties that name it"
                raise InputError(what, where=name, mend="fetch the list again")
            keep(element, walked)
            continue
        try:
            parties.append(_party(element, walked, source))
        except ValueError as error:
            refused.append(Refused(f"{name}: party {element.get('FixedRef')}", str(error)))
    if not parties:
        raise InputError("the list holds nobody", where=name, mend="fetch it again")
    entities = tuple(_completed(party, walked) for party in parties)
    return ReadList(entities=entities, refused=tuple(refused), as_of=walked.issued)


def _completed(party: ListedEntity, walked: Walked) -> ListedEntity:
    """With what stands behind the parties in the file."""
    number = party.source_id
    return replace(
        party,
        programmes=tuple(dict.fromkeys(walked.programmes.get(number, ()))),
        start_date=walked.started.get(number, ""),
        owners=tuple(dict.fromkeys(walked.owners.get(number, ()))),
        raw=f'{{"party":{party.raw},"entry":{walked.entries.get(number, "null")}}}',
    )


def _party(element: Element, walked: Walked, source: str) -> ListedEntity:
    profile = element.find("Profile")
    identity = profile.find("Identity") if profile is not None else None
    if profile is None or identity is None or not profile.get("ID"):
        raise ValueError("the party has no profile or no identity")
    number = profile.get("ID", "")
    names = names_of(identity, walked)
    if not names:
        raise ValueError("the party has no name")
    features = features_of(profile, walked)
    places = [place for kind, place in features.places if kind == "location"]
    countries = [place.country for kind, place in features.places if kind in _COUNTRIES]
    born_at = [place.text for kind, place in features.places if kind == "place of birth"]
    return ListedEntity(
        list_name=source,
        source_id=number,
        entity_type=type_of(profile, walked),
        names=names,
        addresses=tuple(dict.fromkeys(places)),
        identifiers=tuple(walked.documents.get(identity.get("ID", ""), ())),
        birth_dates=tuple(dict.fromkeys(features.born)),
        birth_places=tuple(dict.fromkeys((*features.born_at, *born_at))),
        countries=tuple(dict.fromkeys(filter(None, countries))),
        raw=orjson.dumps(plain(element)).decode(),
    )


_XML: Final = b"""<?xml version="1.0" encoding="utf-8"?>
<Sanctions xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML">
<DateOfIssue CalendarTypeID="1"><Year>2026</Year><Month>11</Month><Day>20</Day></DateOfIssue>
<ReferenceValueSets>
<CountryValues><Country ID="11">Korea, North</Country></CountryValues>
<FeatureTypeValues><FeatureType ID="8">Birthdate</FeatureType><FeatureType ID="9">Place of Birth</FeatureType>
<FeatureType ID="10">Nationality Country</FeatureType><FeatureType ID="25">Location</FeatureType></FeatureTypeValues>
<IDRegDocTypeValues><IDRegDocType ID="1571">Passport</IDRegDocType></IDRegDocTypeValues>
<LocPartTypeValues><LocPartType ID="1454">CITY</LocPartType></LocPartTypeValues>
<NamePartTypeValues><NamePartType ID="1520">Last Name</NamePartType><NamePartType ID="1521">First Name</NamePartType>
<NamePartType ID="1525">Entity Name</NamePartType></NamePartTypeValues>
<PartySubTypeValues><PartySubType ID="3" PartyTypeID="2">Unknown</PartySubType>
<PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType></PartySubTypeValues>
<PartyTypeValues><PartyType ID="1">Individual</PartyType><PartyType ID="2">Entity</PartyType></PartyTypeValues>
<RelationTypeValues><RelationType ID="15003">Owned or Controlled By</RelationType></RelationTypeValues>
<ScriptValues><Script ID="215" ScriptCode="Latn">Latin</Script><Script ID="500" ScriptCode="Hang">Hangul</Script>
</ScriptValues></ReferenceValueSets>
<Locations><Location ID="5"><LocationCountry CountryID="11"/><LocationPart LocPartTypeID="1454">
<LocationPartValue Primary="true"><Value>Veldt</Value></LocationPartValue></LocationPart></Location></Locations>
<IDRegDocuments><IDRegDocument ID="1" IDRegDocTypeID="1571" IdentityID="71" IssuedBy-CountryID="11">
<IDRegistrationNo>X77</IDRegistrationNo></IDRegDocument></IDRegDocuments>
<DistinctParties>
<DistinctParty FixedRef="90001"><Profile ID="90001" PartySubTypeID="4"><Identity ID="71" Primary="true">
<Alias AliasTypeID="1400" Primary="false" LowQuality="true"><DocumentedName ID="3"><DocumentedNamePart>
<NamePartValue NamePartGroupID="2" ScriptID="215">THE CLERK</NamePartValue></DocumentedNamePart></DocumentedName>
</Alias>
<Alias AliasTypeID="1403" Primary="true" LowQuality="false"><DocumentedName ID="1"><DocumentedNamePart>
<NamePartValue NamePartGroupID="1" ScriptID="215">QUILLFEATHER</NamePartValue></DocumentedNamePart><DocumentedNamePart>
<NamePartValue NamePartGroupID="2" ScriptID="215">Barnaby</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
<NamePartGroups><MasterNamePartGroup><NamePartGroup ID="1" NamePartTypeID="1520"/></MasterNamePartGroup>
<MasterNamePartGroup><NamePartGroup ID="2" NamePartTypeID="1521"/></MasterNamePartGroup></NamePartGroups></Identity>
<Feature ID="1" FeatureTypeID="8"><FeatureVersion ID="1"><DatePeriod><Start><From><Year>1961</Year><Month>1</Month>
<Day>1</Day></From><To><Year>1961</Year><Month>1</Month><Day>1</Day></To></Start><End><From><Year>1961</Year>
<Month>12</Month><Day>31</Day></From><To><Year>1961</Year><Month>12</Month><Day>31</Day></To></End></DatePeriod>
</FeatureVersion></Feature>
<Feature ID="2" FeatureTypeID="10"><FeatureVersion ID="2"><VersionLocation LocationID="5"/></FeatureVersion></Feature>
<Feature ID="3" FeatureTypeID="25"><FeatureVersion ID="3"><VersionLocation LocationID="5"/></FeatureVersion></Feature>
</Profile></DistinctParty>
<DistinctParty FixedRef="90002"><Profile ID="90002" PartySubTypeID="3"><Identity ID="72" Primary="true">
<Alias Primary="true" LowQuality="false"><DocumentedName ID="4"><DocumentedNamePart><NamePartValue NamePartGroupID="9"
ScriptID="215">ORRIN LATTICE WORKS</NamePartValue></DocumentedNamePart></DocumentedName></Alias><NamePartGroups>
<MasterNamePartGroup><NamePartGroup ID="9" NamePartTypeID="1525"/></MasterNamePartGroup></NamePartGroups></Identity>
</Profile></DistinctParty></DistinctParties>
<ProfileRelationships><ProfileRelationship ID="1" From-ProfileID="90002" To-ProfileID="90001" RelationTypeID="15003"
Former="false"/></ProfileRelationships>
<SanctionsEntries><SanctionsEntry ID="1" ProfileID="90001" ListID="1550"><EntryEvent ID="1"><Date><Year>2020</Year>
<Month>3</Month><Day>4</Day></Date></EntryEvent><SanctionsMeasure ID="1" SanctionsTypeID="1"><Comment>EXAMPLE</Comment>
</SanctionsMeasure></SanctionsEntry></SanctionsEntries>
</Sanctions>"""
_VELDT: Final = ListedAddress(text="Veldt, Korea, North", city="Veldt", country="KP")
_PERSON: Final = ListedEntity(
    list_name="SDN",
    source_id="90001",
    entity_type=EntityType.PERSON,
    names=(
        ListedName(text="QUILLFEATHER, Barnaby", strength=AliasStrength.PRIMARY, script="Latn"),
        ListedName(text="THE CLERK", strength=AliasStrength.WEAK, script="Latn"),
    ),
    addresses=(_VELDT,),
    identifiers=(ListedIdentifier(kind="Passport", value="X77", issuer="KP"),),
    birth_dates=("1961",),
    countries=("KP",),
    programmes=("EXAMPLE",),
    start_date="2020-03-04",
)
_WORKS: Final = ListedEntity(
    list_name="SDN",
    source_id="90002",
    entity_type=EntityType.ORGANISATION,
    names=(ListedName(text="ORRIN LATTICE WORKS", strength=AliasStrength.PRIMARY, script="Latn"),),
    owners=(OwnerLink(owner_id="90001", share=None),),
)

FORMAT: Final = ListFormat(
    name="ofac_advanced",
    title="OFAC's lists, advanced XML",
    published=tuple(
        f"https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/{name}"
        for name in ("SDN_ADVANCED.XML", "CONS_ADVANCED.XML")
    ),
    licence="public domain (work of the United States government)",
    stale_after_days=7,
    matches=_matches,
    read=_read,
    least={},
    cases=(
        ListCase(
            "a person and what is owned or controlled",
            {"SDN_ADVANCED.XML": _XML},
            ReadList(entities=(_PERSON, _WORKS), as_of="2026-11-20"),
        ),
    ),
)
