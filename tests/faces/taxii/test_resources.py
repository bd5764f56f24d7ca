"""What a server says of itself, in words of its settings."""

from __future__ import annotations

from stillwatch.faces.taxii.resources import Resources
from stillwatch.service.sharing.access import Caller, Rights
from stillwatch.service.sharing.taxii_settings import ApiRoot, Collection, TaxiiListen, TaxiiSettings

_SETTINGS = TaxiiSettings(
    store="",
    title="Hub",
    description="of labs",
    contact="desk@hub.example",
    listen=TaxiiListen(public_url="https://hub.example/"),
    api_roots=(ApiRoot(name="one", title="One", description="first"), ApiRoot(name="two")),
    collections=(
        Collection(id="c-2", title="Two", api_root="one"),
        Collection(id="c-1", title="One", description="d", alias="first", api_root="one"),
        Collection(id="c-3", title="Three", api_root="two"),
    ),
)
_LAB = Caller(name="lab-a", rights={"c-1": Rights(can_read=True), "c-2": Rights(can_write=True)})
_MEDIA = ["application/stix+json;version=2.1", "application/stix+json;version=2.0"]


def test_discovery_gives_addresses_as_members_reach_them() -> None:
    assert Resources(_SETTINGS).discovery() == {
        "title": "Hub",
        "description": "of labs",
        "contact": "desk@hub.example",
        "default": "https://hub.example/one/",
        "api_roots": ["https://hub.example/one/", "https://hub.example/two/"],
    }


def test_a_root_that_is_none() -> None:
    assert Resources(_SETTINGS).api_root("three") is None
    assert (Resources(_SETTINGS).api_root("one") or {})["description"] == "first"


def test_collections_are_sorted_and_those_of_others_are_not_there() -> None:
    resources = Resources(_SETTINGS)
    first = {"id": "c-1", "title": "One", "description": "d", "alias": "first"}
    assert resources.collections("one", _LAB) == [
        {**first, "can_read": True, "can_write": False, "media_types": _MEDIA},
        {"id": "c-2", "title": "Two", "can_read": False, "can_write": True, "media_types": _MEDIA},
    ]
    assert resources.collections("two", _LAB) == []


def test_a_collection_is_found_by_id_or_alias_in_its_root() -> None:
    resources = Resources(_SETTINGS)
    found = [
        resources.find(root, name, _LAB)
        for root, name in (("one", "c-1"), ("one", "first"), ("two", "c-1"), ("two", "c-3"), ("one", ""))
    ]
    assert [one.id if one else None for one in found] == ["c-1", "c-1", None, None, None]
