"""What stands beside the parties in OFAC's advanced XML: reference sets, places, documents, relations, entries.

walked = Walked()
keep(element, walked)      # for each of `BESIDE`, in the order of the file
walked.value("Country", "11")
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.core.listed_entity import ListedAddress, ListedIdentifier, OwnerLink
from stillwatch.screening.countries import country_code
from stillwatch.screening.ofac_periods import iso_day_of
from stillwatch.screening.safe_xml import plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

BEFORE: Final = frozenset(("ReferenceValueSets", "Location", "IDRegDocument"))
"""What parties name by number; the schema puts it before them."""
BESIDE: Final = BEFORE | {"DateOfIssue", "ProfileRelationship", "SanctionsEntry"}
_OWNED_BY: Final = "owned or controlled by"


@dataclass(slots=True)
class Walked:
    """All records of the file, by what refers to them."""

    issued: str = ""
    values: dict[str, dict[str, Element]] = field(default_factory=dict)
    places: dict[str, ListedAddress] = field(default_factory=dict)
    documents: dict[str, list[ListedIdentifier]] = field(default_factory=lambda: defaultdict(list))
    owners: dict[str, list[OwnerLink]] = field(default_factory=lambda: defaultdict(list))
    programmes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    started: dict[str, str] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)

    def value(self, kind: str, number: str | None) -> str:
        found = self.values.get(kind, {}).get(number or "")
        return (found.text or "").strip() if found is not None else ""


def keep(element: Element, walked: Walked) -> None:
    """Take one record in; values that it names by number must have been there before."""
    if element.tag == "ReferenceValueSets":
        for kind in element:
            walked.values[kind.tag.removesuffix("Values")] = {one.get("ID", ""): one for one in _copied(kind)}
    elif element.tag == "DateOfIssue":
        walked.issued = iso_day_of(element)
    elif element.tag == "Location":
        walked.places[element.get("ID", "")] = _place(element, walked)
    elif element.tag == "IDRegDocument":
        if (document := _document(element, walked)) is not None:
            walked.documents[element.get("IdentityID", "")].append(document)
    elif element.tag == "ProfileRelationship":
        if walked.value("RelationType", element.get("RelationTypeID")).lower().startswith(_OWNED_BY):
            link = OwnerLink(owner_id=element.get("To-ProfileID", ""), share=None)
            if element.get("Former") != "true":
                walked.owners[element.get("From-ProfileID", "")].append(link)
    else:
        _keep_entry(element, walked)


def _copied(kind: Element) -> Iterable[Element]:
    """The children, kept: the walk empties what it has passed, and a list of them holds on to each."""
    children = list(kind)
    kind[:] = []
    return children


def _keep_entry(element: Element, walked: Walked) -> None:
    profile = element.get("ProfileID", "")
    for measure in element.iterfind("SanctionsMeasure"):
        comment = (measure.findtext("Comment") or "").strip()
        if comment:
            walked.programmes[profile].append(comment)
    days = [iso_day_of(day) for day in element.iterfind("EntryEvent/Date")]
    walked.started[profile] = min(filter(None, (*days, walked.started.get(profile, ""))), default="")
    walked.entries[profile] = orjson.dumps(plain(element)).decode()


def _place(element: Element, walked: Walked) -> ListedAddress:
    parts = {}
    for part in element.iterfind("LocationPart"):
        kind = walked.value("LocPartType", part.get("LocPartTypeID")).lower()
        values = sorted(part.iterfind("LocationPartValue"), key=lambda one: one.get("Primary") != "true")
        parts[kind] = next((text for one in values if (text := (one.findtext("Value") or "").strip())), "")
    country = element.find("LocationCountry")
    name = walked.value("Country", country.get("CountryID")) if country is not None else parts.get("unknown", "")
    text = ", ".join(filter(None, (*(value for kind, value in parts.items() if kind != "unknown"), name)))
    return ListedAddress(text=text, city=parts.get("city", ""), country=country_code(name))


def _document(element: Element, walked: Walked) -> ListedIdentifier | None:
    value = (element.findtext("IDRegistrationNo") or "").strip()
    if not value:
        return None
    kind = walked.value("IDRegDocType", element.get("IDRegDocTypeID"))
    issuer = country_code(walked.value("Country", element.get("IssuedBy-CountryID")))
    return ListedIdentifier(kind=kind, value=value, issuer=issuer)
