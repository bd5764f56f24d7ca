"""Scans and guards read licences in force, and nothing of those that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from licensed import KEY, NOW, PUBLIC, licence
from stillwatch.core.errors import InputError
from stillwatch.core.licence import Used
from stillwatch.logs.ledger import load_ledger
from stillwatch.service.licences.licence_folder import issue_licence, keep_usage, licences_in
from stillwatch.service.licences.licence_ledger import write_licence_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.service.licences.licence_folder import Standing


@pytest.fixture
def standings(tmp_path: Path) -> tuple[Standing, ...]:
    for one in ("g-1", "g-2"):
        issue_licence(licence(id=one, licensee='He said "hi"\n'), tmp_path / "lic", KEY, at=NOW)
    keep_usage(tmp_path / "lic", {"g-2": Used(1, 1, 1000)})
    return licences_in(tmp_path / "lic", [PUBLIC], at=NOW)


def test_those_in_force_are_entries(standings: tuple[Standing, ...], tmp_path: Path) -> None:
    out = tmp_path / "ledger.toml"
    assert write_licence_ledger(standings, out) == ("g-1",)
    (entry,) = load_ledger(out)
    assert (entry.licence, entry.features, entry.account_ids) == ("g-1", ("prompt_logprobs",), ("acct-1",))
    assert entry.organisation == 'He said "hi"'
    assert entry.valid_until == int(licence().valid_until.timestamp()) * 10**9


def test_entries_of_people_go_before(standings: tuple[Standing, ...], tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[authorised]]\nname = "red team"\naccount_ids = ["r"]', "utf-8")
    write_licence_ledger(standings, tmp_path / "ledger.toml", own=own)
    assert [one.name for one in load_ledger(tmp_path / "ledger.toml")] == ["red team", "licence g-1"]
    own.write_text('[[authorised]]\nname = "licence g-1"\naccount_ids = ["r"]', "utf-8")
    before = (tmp_path / "ledger.toml").read_bytes()
    with pytest.raises(InputError, match="stands twice"):
        write_licence_ledger(standings, tmp_path / "ledger.toml", own=own)
    assert (tmp_path / "ledger.toml").read_bytes() == before
