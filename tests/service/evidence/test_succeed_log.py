from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from key_log import AT
from stillwatch.core.errors import SettingsError, VerificationError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.proof_file import check_checkpoint
from stillwatch.service.evidence import succeed_log as module
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.keep_keys import Rotation, rotate_log_keys
from stillwatch.service.evidence.log_settings import policy_of
from stillwatch.service.evidence.succeed_log import PREDECESSOR, SUCCESSOR, follow_succession, succeed_log

if TYPE_CHECKING:
    from pathlib import Path

_LEAF = Leaf(kind=LeafKind.FINDING, sha256="ab" * 32, noted_at=AT)


def _log(folder: Path, name: str) -> EvidenceLog:
    return EvidenceLog.make(folder / name, f"log.example/{name}", clock=lambda: 0.0)


def test_the_row_of_logs_is_followed_from_its_first_keys(tmp_path: Path) -> None:
    first, second, third = (_log(tmp_path, name) for name in ("1", "2", "3"))
    policy = policy_of(first.folder)
    first.note([_LEAF])
    rotate_log_keys(first, Rotation(keys=first.folder / "keys", at=AT))
    succeed_log(first, second, at=AT)
    second.note([_LEAF])
    succeed_log(second, third, at=AT)
    third.note([_LEAF])
    with pytest.raises(VerificationError):
        follow_succession(first.folder / SUCCESSOR, policy)
    policy = follow_succession(first.folder / SUCCESSOR, policy_of(first.folder))
    policy = follow_succession(third.folder / PREDECESSOR, policy)
    assert check_checkpoint(third.checkpoint(), policy).checkpoint.size == 2


def test_nothing_is_noted_in_a_log_that_has_ended(tmp_path: Path) -> None:
    old, new = _log(tmp_path, "1"), _log(tmp_path, "2")
    other = EvidenceLog.open(tmp_path / "1", clock=lambda: 0.0)
    succeed_log(old, new, at=AT)
    for one in (old, other, EvidenceLog.open(tmp_path / "1", clock=lambda: 0.0)):
        with pytest.raises(SettingsError, match="has ended"):
            one.note([_LEAF])
    with pytest.raises(SettingsError, match="has ended"):
        succeed_log(old, _log(tmp_path, "3"), at=AT)
    new.note([_LEAF])
    assert succeed_log(old, new, at=AT).ends.other == "log.example/2"


def test_a_log_with_leaves_follows_nothing(tmp_path: Path) -> None:
    old, new = _log(tmp_path, "1"), _log(tmp_path, "2")
    new.note([_LEAF])
    with pytest.raises(SettingsError, match="already"):
        succeed_log(old, new, at=AT)
    assert old.size == 0


@pytest.mark.parametrize("step", ["note", "write_whole"])
def test_what_was_cut_off_is_brought_to_its_end(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = _log(tmp_path, "1"), _log(tmp_path, "2")

    def crash(*_: object) -> None:
        raise OSError("the machine went down")

    with monkeypatch.context() as patch:
        patch.setattr(*((new, step, crash) if step == "note" else (module, step, crash)))
        with pytest.raises(OSError, match="went down"):
            succeed_log(old, new, at=AT)
    succeed_log(old, new, at=AT)
    assert (old.size, new.size) == (1, 1)
    assert follow_succession(old.folder / SUCCESSOR, policy_of(old.folder)).origin == "log.example/2"
