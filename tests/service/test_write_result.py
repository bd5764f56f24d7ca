"""The files of a result: complete, consistent with one another, and replaced as a whole."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from stillwatch.service.document import to_document
from stillwatch.service.write_result import LINK_COLUMNS, MEMBER_COLUMNS, write_result

if TYPE_CHECKING:
    from pathlib import Path


def test_every_file_says_the_same(small_scan: Any, tmp_path: Path) -> None:
    result = small_scan.result
    written = write_result(result, tmp_path / "new" / "out")
    assert json.loads(written.campaigns.read_bytes()) == json.loads(json.dumps(to_document(result)))
    members = pq.read_table(written.members)
    assert members.column_names == list(MEMBER_COLUMNS)
    assert sorted(zip(members["campaign_id"].to_pylist(), members["account_id"].to_pylist(), strict=True)) == sorted(
        (campaign.id, member.account_id) for campaign in result.campaigns for member in campaign.members
    )
    ties = pq.read_table(written.links)
    assert ties.column_names == list(LINK_COLUMNS)
    assert ties.num_rows == sum(len(picture.ties) for picture in result.pictures) > 0
    groups = json.loads(written.set_aside.read_bytes())
    assert (groups["schema"], len(groups["groups"])) == ("stillwatch.set_aside/1", len(result.set_aside))


def test_nothing_found_still_writes_every_file(small_scan: Any, tmp_path: Path) -> None:
    written = write_result(replace(small_scan.result, campaigns=(), set_aside=(), pictures=()), tmp_path)
    assert json.loads(written.campaigns.read_bytes())["campaigns"] == []
    assert (pq.read_table(written.members).num_rows, pq.read_table(written.links).num_rows) == (0, 0)


def test_nothing_but_the_files_is_left_behind(small_scan: Any, tmp_path: Path) -> None:
    write_result(small_scan.result, tmp_path)
    write_result(small_scan.result, tmp_path)
    assert len(list(tmp_path.iterdir())) == 4
