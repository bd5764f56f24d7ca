from __future__ import annotations

import pytest

from stillwatch.core.marking import Handling, Pap, Tlp
from stillwatch.intel.stix_markings import IEP_EXTENSION, PAP_IDS, TLP_IDS, handling_of, marked

_DEFAULT = Handling()
_POLICY = "marking-definition--da05d443-ad8d-46fc-abf5-31d3d00290f1"
_TLP_1_AMBER = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"


def test_the_ids_are_those_that_oasis_published() -> None:
    fixed = {*TLP_IDS.values(), *PAP_IDS.values()}
    assert {name: ref.removeprefix("marking-definition--")[:8] for name, ref in TLP_IDS.items()} == {
        "clear": "94868c89",
        "green": "bab4a63c",
        "amber": "55d920b0",
        "amber+strict": "939a9414",
        "red": "e828b379",
    }
    every = [marked(Handling(tlp=tlp, pap=pap)).definitions for tlp in Tlp for pap in Pap]
    published = {one.id: one for definitions in every for one in definitions if one.id in fixed}
    assert published.keys() == fixed
    assert {one.created for one in published.values()} == {"2022-10-01T00:00:00.000Z", "2022-11-28T00:00:00.000Z"}


def test_the_same_handling_is_the_same_policy() -> None:
    assert marked(_DEFAULT) == marked(Handling())
    assert marked(_DEFAULT).refs != marked(Handling(may_resell=True)).refs


@pytest.mark.parametrize(
    ("refs", "definitions", "handling"),
    [
        ((), {}, _DEFAULT),
        ((TLP_IDS[Tlp.GREEN],), {}, Handling(tlp=Tlp.GREEN)),
        ((TLP_IDS[Tlp.GREEN], TLP_IDS[Tlp.RED]), {}, Handling(tlp=Tlp.RED)),
        ((_TLP_1_AMBER, PAP_IDS[Pap.AMBER]), {}, Handling(tlp=Tlp.AMBER, pap=Pap.AMBER)),
        (
            (_POLICY,),
            {_POLICY: "for the members"},
            Handling(permitted_use=f"{_DEFAULT.permitted_use}; for the members"),
        ),
        (
            (TLP_IDS[Tlp.AMBER_STRICT], _POLICY),
            {
                _POLICY: {
                    IEP_EXTENSION: {
                        "permitted_actions": "externally-visible-indirect-actions",
                        "tlp": "amber",
                        "provider_attribution": "must-not",
                        "unmodified_resale": "may",
                        "description": "research",
                    }
                }
            },
            Handling(
                tlp=Tlp.AMBER_STRICT,
                pap=Pap.AMBER,
                permitted_use="research",
                must_not_name_source=True,
                may_resell=True,
            ),
        ),
    ],
)
def test_markings_are_read(refs: tuple[str, ...], definitions: dict[str, object], handling: Handling) -> None:
    assert handling_of(refs, definitions) == handling  # type: ignore[arg-type]  # parametrised


@pytest.mark.parametrize("definitions", [{}, {_POLICY: {"extension-definition--x": {}}}, {_POLICY: {IEP_EXTENSION: 1}}])
def test_what_is_not_understood_is_the_strictest(definitions: dict[str, object]) -> None:
    read = handling_of((TLP_IDS[Tlp.CLEAR], _POLICY), definitions)  # type: ignore[arg-type]  # parametrised
    assert (read.tlp, read.pap, read.may_resell) == (Tlp.RED, Pap.RED, False)
