"""The publisher of a folder knows the salt of the store in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stillwatch.faces.cli.intel_options import peers_at, publisher_at
from stillwatch.guard.standings import Standings
from stillwatch.logs.store import Store
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.peers import Peers

if TYPE_CHECKING:
    from pathlib import Path


def test_keys_of_prompts_are_those_of_the_store_beside_it(tmp_path: Path) -> None:
    salt = Store.open(tmp_path / "store").settings.salt
    intel = open_intel(tmp_path / "intel.db")
    publisher_at(tmp_path, peers_at(None)).publish(intel, at=datetime.now(UTC))
    intel.close()
    assert Standings((tmp_path / "intel.bin").read_bytes()).salt == salt


def test_without_a_file_nobody_is_trusted(tmp_path: Path) -> None:
    (tmp_path / "peers.toml").write_text("longest_days = 3")
    assert (peers_at(None), peers_at(tmp_path / "peers.toml")) == (Peers(), Peers(longest_days=3.0))
