"""Training data hold what the licence covers and what is whole, and their card says where they are from."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from exchange_log import exchange
from licensed import KEY, NOW, PUBLIC, licence, log_of
from stillwatch.core.errors import SettingsError
from stillwatch.service.licences.export_licensed import export_licensed
from stillwatch.service.licences.licence_folder import issue_licence, licences_in

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.service.licences.licence_folder import Standing


@pytest.fixture
def standing(tmp_path: Path) -> Standing:
    issue_licence(licence(), tmp_path / "lic", KEY, at=NOW)
    return licences_in(tmp_path / "lic", [PUBLIC], at=NOW)[0]


def test_conversations_and_their_card(standing: Standing, tmp_path: Path) -> None:
    log = log_of(
        tmp_path,
        exchange(1, "acct-1", system_text="Be brief.", prompt_text="Wie spät?", reply_text="Zwölf."),
        exchange(2, "acct-1", turn=2),
        exchange(3, "acct-1", reply_text=None),
        exchange(4, "acct-2"),
    )
    made = export_licensed(standing, log, tmp_path / "out", at=NOW)
    data = (tmp_path / "out" / "train.jsonl").read_bytes()
    assert [json.loads(line) for line in data.splitlines()] == [
        {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Wie spät?"},
                {"role": "assistant", "content": "Zwölf."},
            ]
        }
    ]
    assert (made.written, made.later_turns, made.empty) == (1, 1, 1)
    assert made.sha256 == hashlib.sha256(data).hexdigest()
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert card.startswith('---\nlicense: other\nlicense_name: "licence to distil g-1"\n')
    assert made.sha256 in card
    assert "marked with the key `grant/g-1`" in card
    assert (tmp_path / "out" / "LICENCE.jws").read_bytes() == standing.path.read_bytes()


def test_a_folder_that_holds_something_is_left_alone(standing: Standing, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").touch()
    with pytest.raises(SettingsError, match="not empty"):
        export_licensed(standing, log_of(tmp_path), tmp_path / "out", at=NOW)
