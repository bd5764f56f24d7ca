from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from shutil import which
from typing import TYPE_CHECKING

import pytest

from sealed_package import MemoryLog, case_of, keys_of, package, policy, seal
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.check_case_log import check_heads, check_proofs, check_signed, check_stamps, stamps_in
from stillwatch.evidence.store_zip import read_zip
from stillwatch.evidence.timestamp import ask_for, read_roots
from stillwatch.service.evidence.time_authority import CHAIN, answer, make_authority

if TYPE_CHECKING:
    from pathlib import Path

_NOW = datetime.now(UTC)


def _files(data: bytes | None = None) -> dict[str, memoryview]:
    return read_zip(memoryview(data or package()))


def test_the_checkpoint_the_leaves_and_the_earlier_head_are_read() -> None:
    head = check_signed(_files(), keys_of(), policy())
    assert (head.found.checkpoint.size, [one.key.name for one in head.found.cosigned]) == (7, ["w.example"])
    assert sorted(check_proofs(_files(), head, policy())) == [1, 2, 3, 5]
    assert list(check_heads(_files(), head, policy())) == ["before"]


def test_a_log_that_did_not_sign_with_all_its_keys_is_refused() -> None:
    log = MemoryLog(signer=replace(MemoryLog().signer, second=None))
    data = seal(case_of(log, keys=keys_of()), log)
    with pytest.raises(VerificationError, match="not all keys"):
        check_signed(_files(data), keys_of(), policy())


def test_a_package_without_a_proof_is_refused() -> None:
    head = check_signed(_files(), keys_of(), policy())
    with pytest.raises(VerificationError, match="nothing is proved"):
        check_proofs({}, head, policy())


@pytest.mark.skipif(which("openssl") is None, reason="no openssl program")
def test_a_stamp_that_had_expired_or_is_of_another_authority_or_moment_is_refused(tmp_path: Path) -> None:
    roots = {}
    for name, since in (("good", _NOW - timedelta(days=1)), ("other", _NOW), ("expired", _NOW - timedelta(days=30))):
        make_authority(tmp_path / name, "lab time", valid_from=since, days=9)
        roots[name] = read_roots((tmp_path / name / CHAIN).read_bytes())
    made = {}
    before = datetime.now(UTC).replace(microsecond=0)
    for name in ("good", "expired"):
        log = MemoryLog()
        data = seal(case_of(log), log, stamp=lambda note, name=name: answer(tmp_path / name, ask_for(note).query))
        made[name] = _files(data)
    good = check_signed(made["good"], keys_of(), policy())
    (stamped,) = check_stamps(made["good"], good, roots["good"])
    assert before <= stamped.at <= datetime.now(UTC)
    for files, trusted in ((made["good"], roots["other"]), (made["expired"], roots["expired"])):
        with pytest.raises((InputError, VerificationError)):
            check_stamps(files, check_signed(files, keys_of(), policy()), trusted)
    swapped = {**made["good"], "tsa/checkpoint.tsr": made["expired"]["tsa/checkpoint.tsr"]}
    assert stamps_in(swapped) == ["tsa/checkpoint.tsr"]
    with pytest.raises(VerificationError):
        check_stamps(swapped, good, roots["good"])
