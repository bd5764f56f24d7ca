"""Keys that change in a real log: what readers make of it, and what a crash in the middle leaves behind."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from key_log import AT, signer, told
from stillwatch.core.errors import InputError, SettingsError, VerificationError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.key_statement import KeyEvent, KeyRole, KeyStatement, log_key
from stillwatch.evidence.leaf_entry import entry_of
from stillwatch.evidence.proof_file import check_checkpoint, check_proof
from stillwatch.service.evidence import keep_keys
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.history_file import followed
from stillwatch.service.evidence.keep_keys import Rotation, history_of, rotate_log_keys, tell_of_keys
from stillwatch.service.evidence.log_settings import given_policy_of, policy_of

_LEAF = Leaf(kind=LeafKind.FINDING, sha256="ab" * 32, noted_at=AT)
_DAY = timedelta(days=1)


def _clock() -> float:
    return AT.timestamp()


def _made(folder: Path) -> EvidenceLog:
    log = EvidenceLog.make(folder / "e", "log.example", clock=_clock)
    log.note([_LEAF])
    return log


def _opened(folder: Path) -> EvidenceLog:
    return EvidenceLog.open(folder / "e", clock=_clock)


def _rotation(folder: Path, **more: object) -> Rotation:
    return Rotation(keys=folder / "e" / "keys", at=AT, **more)  # type: ignore[arg-type]  # fields of it


def test_a_log_goes_on_under_new_keys_and_old_proofs_hold(tmp_path: Path) -> None:
    log = _made(tmp_path)
    old_proof, old_head = log.prove(0), log.checkpoint()
    old = log.signer
    rotate_log_keys(log, _rotation(tmp_path))
    log.note([_LEAF])
    again = _opened(tmp_path)
    again.note([_LEAF])
    rotate_log_keys(again, _rotation(tmp_path))
    assert again.size == 11
    policy = policy_of(tmp_path / "e")
    assert len(given_policy_of(tmp_path / "e").log_keys) == 2
    assert len(policy.log_keys) == 6
    check_proof(entry_of(_LEAF), old_proof, policy)
    check_checkpoint(old_head, policy)
    check_checkpoint(again.checkpoint(), policy)
    with pytest.raises(VerificationError, match="changed its keys"):
        # What the old keys sign after the hand-over is no checkpoint of the log.
        check_checkpoint(old.sign(check_checkpoint(again.checkpoint(), policy).checkpoint, at_s=0), policy)
    assert len(list((tmp_path / "e").glob("keys.ended-*"))) == 2


def test_a_process_that_has_the_log_open_does_not_go_on_with_the_old_keys(tmp_path: Path) -> None:
    other = _made(tmp_path)
    rotate_log_keys(_opened(tmp_path), _rotation(tmp_path))
    with pytest.raises(SettingsError, match="changed its keys"):
        other.note([_LEAF])
    later = _opened(tmp_path)
    later.note([_LEAF])
    with pytest.raises(VerificationError):
        other.note([_LEAF])
    assert later.size == 6


@pytest.mark.parametrize("step", ["written down", "handed over", "history", "moved away"])
def test_a_change_that_was_cut_off_is_brought_to_its_end(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = _made(tmp_path)
    places: dict[str, tuple[object, str]] = {
        "written down": (EvidenceLog, "hand_over"),
        "handed over": (keep_keys, "write_history_file"),
        "history": (Path, "rename"),
        "moved away": (Path, "rename"),
    }
    holder, name = places[step]
    real = getattr(holder, name)
    left = {"history": ["keys.next"], "moved away": ["keys.next", "ended"]}.get(step, [])

    def crash(*arguments: object) -> object:
        if left and any(part in str(arguments[-1]) for part in left):
            return real(*arguments)
        raise OSError("the machine went down")

    with monkeypatch.context() as patch:
        patch.setattr(holder, name, crash)
        with pytest.raises(OSError, match="went down"):
            rotate_log_keys(log, _rotation(tmp_path))
    again = _opened(tmp_path)
    rotate_log_keys(again, _rotation(tmp_path))
    _opened(tmp_path).note([_LEAF])
    policy = policy_of(tmp_path / "e")
    check_checkpoint(_opened(tmp_path).checkpoint(), policy)
    assert _opened(tmp_path).size == 6
    assert {path.name.split("-")[0] for path in (tmp_path / "e").glob("keys*")} == {"keys", "keys.ended"}


def test_keys_of_other_things_are_told_of_in_order(tmp_path: Path) -> None:
    log = _made(tmp_path)
    tell_of_keys(log, [told(KeyEvent.BEGIN), told(KeyEvent.BEGIN, 8, role=KeyRole.EXPORT)], at=AT)
    rotate_log_keys(log, _rotation(tmp_path))
    tell_of_keys(log, [told(KeyEvent.END, at=AT + _DAY)], at=AT)
    spans = history_of(_opened(tmp_path)).spans
    assert [(one.role.value, one.begin_leaf, one.end_leaf) for one in spans if one.role is not KeyRole.LOG] == [
        ("custody", 1, 7),
        ("export", 2, None),
    ]


@pytest.mark.parametrize(
    "said",
    [
        told(KeyEvent.BEGIN),
        told(KeyEvent.END, 7),
        log_key(KeyEvent.END, signer(0).verifiers[0], AT),
    ],
    ids=["begins twice", "ends and never began", "a key of the log"],
)
def test_what_cannot_be_is_not_noted(said: KeyStatement, tmp_path: Path) -> None:
    log = _made(tmp_path)
    tell_of_keys(log, [told(KeyEvent.BEGIN)], at=AT)
    with pytest.raises(InputError):
        tell_of_keys(log, [said], at=AT)
    assert log.size == 2
    assert len(history_of(log).spans) == 1


def test_what_was_written_down_and_never_noted_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = _made(tmp_path)

    def crash(*_: object) -> None:
        raise OSError("the machine went down")

    with monkeypatch.context() as patch:
        patch.setattr(EvidenceLog, "note", crash)
        with pytest.raises(OSError, match="went down"):
            tell_of_keys(log, [told(KeyEvent.BEGIN)], at=AT)
    with (tmp_path / "e" / "key-statements.jsonl").open("ab") as file:
        file.write(b'{"cut o')
    assert history_of(log).spans == ()
    tell_of_keys(log, [told(KeyEvent.BEGIN, at=AT + _DAY)], at=AT)
    assert [one.begin_at for one in history_of(log).spans] == [AT + _DAY]


def test_keys_that_were_lost_count_for_what_was_witnessed(tmp_path: Path) -> None:
    log = _made(tmp_path)
    before = log.checkpoint()
    rotate_log_keys(log, _rotation(tmp_path, revoked_at=AT - _DAY, because="a disk was stolen"))
    policy = policy_of(tmp_path / "e")
    with pytest.raises(VerificationError, match="revoked"):
        check_checkpoint(before, policy)
    check_proof(entry_of(_LEAF), log.prove(0), policy)
    (lost,) = {one.because for one in history_of(log).spans if one.revoked_at is not None}
    assert lost == "a disk was stolen"


_ROTATE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.history_file import followed
from stillwatch.service.evidence.keep_keys import Rotation, rotate_log_keys
folder = Path(sys.argv[1])
while True:
    log = EvidenceLog.open(folder, clock=lambda: 0.0)
    if (folder / "keys.next").exists():
        rotate_log_keys(log, Rotation(keys=folder / "keys", at=datetime.now(UTC)))
        continue
    noted = log.note([Leaf(kind=LeafKind.OTHER, sha256="ab" * 32, noted_at=datetime.now(UTC))])
    print(noted[0], flush=True)
    rotate_log_keys(log, Rotation(keys=folder / "keys", at=datetime.now(UTC)))
"""


@pytest.mark.slow
def test_kill_9_in_the_middle_of_changes_costs_no_leaf_and_no_reader(tmp_path: Path) -> None:
    log = _made(tmp_path)
    given, chance = given_policy_of(log.folder), random.Random(7)
    acknowledged = 0
    for _ in range(25):
        command = [sys.executable, "-c", _ROTATE, str(log.folder)]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own
        first = running.stdout.readline() if running.stdout else ""
        time.sleep(chance.random() * 0.15)
        running.kill()
        told, _ = running.communicate()
        acknowledged = max([acknowledged, *map(int, (first + told).split())])
        again = _opened(tmp_path)
        assert again.size > acknowledged
        assert again.leaf(acknowledged).kind in {LeafKind.OTHER, LeafKind.FINDING}
        policy = followed(again.folder, given)
        if not (again.folder / "keys.next").exists():
            check_checkpoint(again.checkpoint(), policy)
    rotate_log_keys(_opened(tmp_path), _rotation(tmp_path))
    check_checkpoint(_opened(tmp_path).checkpoint(), followed(log.folder, given))
    assert acknowledged > 25
