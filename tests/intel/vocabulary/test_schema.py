"""What is written holds to the published schema, and the schema to what is read."""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import orjson
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from found_factory import found, options
from shared_factory import campaign, every_kind

from stillwatch.core.indicator import Certainty, Form, IndicatorKind
from stillwatch.core.shared_campaign import Response
from stillwatch.core.template_key import TemplateKey
from stillwatch.intel.share_campaign import share_campaign
from stillwatch.intel.stix_received import CampaignSays, IndicatorSays, ProviderSays, StatementSays
from stillwatch.intel.stix_write import write_bundle
from stillwatch.intel.vocabulary.extension import DEFINITION, EXTENSION_ID, SCHEMA_ID

_SCHEMA = json.loads(files("stillwatch.intel.vocabulary").joinpath("distillation-1.schema.json").read_text("utf-8"))
_CAMPAIGNS = {
    "everything": campaign(indicators=every_kind()),
    "as little as can be said": campaign(
        statements=(), roles=(), services=(), techniques=(), provider=None, legal_basis=""
    ),
    "found by a scan": share_campaign(found(), (TemplateKey(4, -7, 1.0),), salt=7, options=options()).campaign,
}


@pytest.mark.parametrize("name", _CAMPAIGNS)
def test_what_is_written_holds_to_it(name: str) -> None:
    checked = jsonschema.Draft202012Validator(_SCHEMA, format_checker=jsonschema.FormatChecker())
    for one in orjson.loads(write_bundle(_CAMPAIGNS[name]))["objects"]:
        if EXTENSION_ID in one.get("extensions", {}):
            said = one["extensions"][EXTENSION_ID]
            assert list(checked.iter_errors(said)) == []


def test_the_definition_names_it() -> None:
    assert DEFINITION.schema == SCHEMA_ID == _SCHEMA["$id"]


def test_its_closed_lists_are_those_of_the_code() -> None:
    defs = _SCHEMA["$defs"]
    assert defs["campaign"]["properties"]["response"]["enum"] == list(Response)
    assert defs["indicator"]["properties"]["kind"]["enum"] == list(IndicatorKind)
    assert defs["indicator"]["properties"]["form"]["enum"] == [one for one in Form if one is not Form.CLEAR]
    assert {
        tuple(defs[name]["properties"]["certainty"]["enum"]) for name in ("statement", "provider", "indicator")
    } == {tuple(Certainty)}


@pytest.mark.parametrize(
    ("name", "read", "repeats"),
    [
        ("campaign", CampaignSays, {"extension_type", "cluster", "window", "permitted_use"}),
        ("indicator", IndicatorSays, {"extension_type"}),
        ("statement", StatementSays, set()),
        ("provider", ProviderSays, set()),
    ],
)
def test_all_of_it_is_read_but_what_standard_properties_say(name: str, read: Any, repeats: set[str]) -> None:
    assert set(_SCHEMA["$defs"][name]["properties"]) - repeats == {field.name for field in msgspec.structs.fields(read)}
