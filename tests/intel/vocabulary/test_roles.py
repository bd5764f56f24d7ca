from __future__ import annotations

from pathlib import Path

from stillwatch.intel.vocabulary import roles
from stillwatch.intel.vocabulary.techniques import TECHNIQUES

_DETECTION = Path(roles.__file__).parents[2] / "detection"


def test_every_technique_is_in_the_table() -> None:
    found = roles.techniques_of(roles._OF_ROLE, roles._OF_EVIDENCE)
    assert set(found) <= set(TECHNIQUES)


def test_roles_and_sources_are_those_of_the_detector() -> None:
    signals = "".join(file.read_text("utf-8") for file in (_DETECTION / "signals").glob("*.py"))
    assert [role for role in roles._OF_ROLE if f'"{role}"' not in signals] == []
    assert [one for one in roles._OF_EVIDENCE if not (_DETECTION / "links" / f"{one}.py").exists()] == []
