"""A ring keeps every secret that ever marked, makes new ones from an epoch on, and guards its files."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from stillwatch.attribution.key_ring import secret_of
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.mark_label import MarkLabel, MarkLayer
from stillwatch.service.attribution.mark_keys import MarkKeys, Master

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = date(2026, 11, 16)


def of(epoch: str) -> MarkLabel:
    return MarkLabel(MarkLayer.GLOBAL, "", epoch)


@pytest.fixture
def ring(tmp_path: Path) -> MarkKeys:
    return MarkKeys.make(tmp_path / "marks", begin=BEGIN, days=7)


def test_a_ring_is_opened_as_it_was_made(ring: MarkKeys) -> None:
    again = MarkKeys.open(ring.folder)
    assert again == ring
    assert again.secret(of("2026-11-16")) == secret_of(ring.path_of(1).read_bytes(), of("2026-11-16"))
    assert ring.path_of(1).stat().st_mode & 0o777 == 0o600


def test_a_new_master_makes_later_keys_alone(ring: MarkKeys) -> None:
    before = [ring.secret(of(day)) for day in ("2026-11-16", "2026-11-30")]
    turned = ring.rotate(first_epoch="2026-11-30")
    after = [turned.secret(of(day)) for day in ("2026-11-16", "2026-11-30")]
    assert before[0] == after[0]
    assert before[1] != after[1]
    assert MarkKeys.open(ring.folder).masters == (Master(1, "2026-11-16"), Master(2, "2026-11-30"))
    grant = MarkLabel(MarkLayer.GRANT, "g-1")
    assert turned.secret(grant) == turned.secret(grant, master=2) != turned.secret(grant, master=1)


def test_what_cannot_be_is_refused(ring: MarkKeys, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not after 2026-11-16"):
        ring.rotate(first_epoch="2026-11-16")
    with pytest.raises(InputError, match="no epoch begins on 2026-11-17"):
        ring.secret(of("2026-11-17"))
    with pytest.raises(SettingsError, match="there is a ring already"):
        MarkKeys.make(ring.folder, begin=BEGIN, days=7)
    with pytest.raises(SettingsError, match="an epoch of 0 days"):
        MarkKeys.make(tmp_path / "other", begin=BEGIN, days=0)
    with pytest.raises(SettingsError, match=r"no ring of marking keys.*marks init"):
        MarkKeys.open(tmp_path / "none")


@pytest.mark.parametrize(
    "change", [{"form": "x"}, {"days": 0}, {"masters": []}, {"first_day": "today"}, {"masters": [{}]}]
)
def test_a_damaged_ring_is_not_opened(ring: MarkKeys, change: dict[str, object]) -> None:
    path = ring.folder / "ring.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(SettingsError, match=r"ring\.json: damaged"):
        MarkKeys.open(ring.folder)


def test_a_secret_that_others_can_read_is_refused(ring: MarkKeys) -> None:
    ring.path_of(1).chmod(0o644)
    with pytest.raises(SettingsError, match="others may use this secret"):
        ring.secret(of("2026-11-16"))
