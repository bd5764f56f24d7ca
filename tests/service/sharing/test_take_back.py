from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "intel"))
from shared_factory import NOW, campaign

from stillwatch.core.errors import InputError
from stillwatch.core.to_share import ToShare
from stillwatch.service.sharing.take_back import take_back
from stillwatch.service.sharing.tell import Ways, tell


@pytest.mark.parametrize("name", ["c-1", campaign().id])
def test_the_last_version_is_taken_back_by_either_name(tmp_path: Path, name: str) -> None:
    tell(tmp_path, ToShare("c-1", campaign(), (), ()), Ways(file=tmp_path / "b.json"), at=NOW)
    later = NOW + timedelta(hours=1)
    made = take_back(tmp_path, name, at=later)
    assert (made.source_id, made.campaign) == ("c-1", replace(campaign(), is_revoked=True, version_at=later))
    assert ("taken back", "yes") in {(one.field, one.value) for one in made.leaves}


def test_what_was_never_told_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="never told"):
        take_back(tmp_path, "c-1", at=NOW)
