from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.service.document import to_document
from stillwatch.service.find_campaign import find_campaign

if TYPE_CHECKING:
    from pathlib import Path


def test_the_beginning_of_an_id_will_do(small_scan, tmp_path: Path) -> None:
    (tmp_path / "campaigns.json").write_text(json.dumps(to_document(small_scan.result)))
    name = small_scan.result.campaigns[0].id
    assert find_campaign(tmp_path, name[:6]).id == find_campaign(tmp_path, name).id == name
    with pytest.raises(InputError, match="is no campaign of this result"):
        find_campaign(tmp_path, "c-none")


def test_without_a_result_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no result here"):
        find_campaign(tmp_path, "c-1")
