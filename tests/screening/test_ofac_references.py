"""What stands beside the parties in OFAC's advanced XML."""

from __future__ import annotations

from xml_element import element

from stillwatch.core.listed_entity import ListedAddress, ListedIdentifier, OwnerLink
from stillwatch.screening.ofac_references import Walked, keep


def _walked() -> Walked:
    walked = Walked()
    sets = (
        "<CountryValues><Country ID='11'>China</Country></CountryValues>"
        "<LocPartTypeValues><LocPartType ID='1'>ADDRESS1</LocPartType><LocPartType ID='2'>CITY</LocPartType>"
        "</LocPartTypeValues><IDRegDocTypeValues><IDRegDocType ID='7'>Tax ID No.</IDRegDocType></IDRegDocTypeValues>"
        "<RelationTypeValues><RelationType ID='15003'>Owned or Controlled By</RelationType>"
        "<RelationType ID='1555'>Associate Of</RelationType></RelationTypeValues>"
    )
    keep(element(f"<ReferenceValueSets>{sets}</ReferenceValueSets>"), walked)
    return walked


def test_a_place_is_written_once_and_prefers_its_primary_spelling() -> None:
    walked = _walked()
    part = "<LocationPart LocPartTypeID='{}'>{}</LocationPart>"
    value = "<LocationPartValue Primary='{}'><Value>{}</Value></LocationPartValue>"
    street = part.format(1, value.format("true", "9 Quay Road"))
    city = part.format(2, value.format("false", "费尔特") + value.format("true", "Veldt"))
    keep(element(f"<Location ID='5'><LocationCountry CountryID='11'/>{street}{city}</Location>"), walked)
    assert walked.places["5"] == ListedAddress(text="9 Quay Road, Veldt, China", city="Veldt", country="CN")


def test_a_document_belongs_to_its_identity() -> None:
    walked = _walked()
    number = "<IDRegistrationNo>77</IDRegistrationNo>"
    keep(element(f"<IDRegDocument IDRegDocTypeID='7' IdentityID='1'>{number}</IDRegDocument>"), walked)
    keep(element("<IDRegDocument IDRegDocTypeID='7' IdentityID='1'/>"), walked)
    assert walked.documents["1"] == [ListedIdentifier(kind="Tax ID No.", value="77")]


def test_only_owning_that_still_holds_makes_an_owner() -> None:
    walked = _walked()
    for kind, former in ((15003, "false"), (15003, "true"), (1555, "false")):
        text = f"From-ProfileID='2' To-ProfileID='1' RelationTypeID='{kind}' Former='{former}'"
        keep(element(f"<ProfileRelationship {text}/>"), walked)
    assert walked.owners == {"2": [OwnerLink(owner_id="1", share=None)]}
