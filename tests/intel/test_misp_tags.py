"""Markings and techniques as tags."""

from __future__ import annotations

from itertools import product

import pytest

from stillwatch.core.marking import Handling, Pap, Tlp
from stillwatch.intel.misp_tags import read_handling, read_techniques, technique_tag, write_handling
from stillwatch.intel.vocabulary.techniques import TECHNIQUES


@pytest.mark.parametrize("told", [Handling(tlp=tlp, pap=pap) for tlp, pap in product(Tlp, Pap)])
def test_every_marking_comes_back(told):
    assert read_handling(write_handling(told)) == told


@pytest.mark.parametrize("name_it", [True, False])
@pytest.mark.parametrize("resell", [True, False])
def test_what_must_be_kept_to_comes_back(name_it, resell):
    told = Handling(must_not_name_source=name_it, may_resell=resell)
    assert read_handling(write_handling(told)) == told


def test_of_several_the_strictest_holds():
    tags = ["tlp:clear", "TLP:AMBER+STRICT", "PAP:GREEN", "PAP:AMBER", "other:tag"]
    tags += ['iep2-policy:unmodified_resale="may"', 'iep2-policy:unmodified_resale="must-not"']
    found = read_handling(tags)
    assert (found.tlp, found.pap, found.may_resell) == (Tlp.AMBER_STRICT, Pap.AMBER, False)


def test_without_tags_the_defaults_hold():
    assert read_handling([]) == Handling()


def test_every_technique_comes_back_from_its_tag():
    assert read_techniques(map(technique_tag, TECHNIQUES)) == tuple(TECHNIQUES)


def test_older_names_of_the_galaxy_and_new_ones_are_one():
    tags = [
        f'misp-galaxy:mitre-atlas-attack-pattern="{name}"' for name in ("Extract ML Model", "Extract AI Model", "x")
    ]
    assert read_techniques(tags) == ("AML.T0024.002",)
