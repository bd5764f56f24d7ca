"""Templates and taxonomy as MISP's repositories want them."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from stillwatch.core.indicator import Certainty
from stillwatch.intel.vocabulary.misp_templates import (
    TEMPLATES,
    USER_ACCOUNT,
    cluster,
    definition,
    galaxy,
    published,
    taxonomy,
)

_TYPES = {"text", "datetime", "counter", "campaign-name"}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_a_definition_is_whole(template):
    made = definition(template)
    assert set(made["requiredOneOf"]) <= set(made["attributes"])
    assert {one["misp-attribute"] for one in made["attributes"].values()} <= _TYPES
    assert all(one["description"] for one in made["attributes"].values())
    assert uuid.UUID(made["uuid"]).version == 4


def test_ids_are_of_one_thing_each():
    made = [galaxy()["uuid"], cluster()["uuid"], USER_ACCOUNT.uuid, *(one.uuid for one in TEMPLATES)]
    assert len(set(made)) == len(made)


def test_the_taxonomy_knows_every_certainty():
    (found,) = (one["entry"] for one in taxonomy()["values"] if one["predicate"] == "certainty")
    assert {one["value"] for one in found} == set(Certainty)


def test_the_cluster_holds_our_techniques_alone():
    assert all(one["meta"]["external_id"].startswith("SW.") for one in cluster()["values"])
    assert cluster()["type"] == galaxy()["type"]


def test_what_is_published_is_what_is_written():
    folder = Path(__file__).parents[3] / "examples" / "misp"
    committed = {str(file.relative_to(folder)): json.loads(file.read_text("utf-8")) for file in folder.rglob("*.json")}
    assert committed == published(), "run `make docs`"
