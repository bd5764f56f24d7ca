"""Both sides sign a transfer, and the receiver only for what is as it was sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from custody_stand import ANNA, BEN, CLEO, KNOWN, keeper, model
from stillwatch.core.errors import VerificationError
from stillwatch.evidence.custody_statement import CustodyKind
from stillwatch.service.evidence.custody_folder import CustodyFolder
from stillwatch.service.evidence.seal_custody import seal_custody
from stillwatch.service.evidence.state_custody import Receiver, disclose, hand_over, receive
from stillwatch.service.evidence.verify_custody import Reader, read_record
from stillwatch.signing.key_kinds import id_of

if TYPE_CHECKING:
    from pathlib import Path

_TO_BEN = Receiver(BEN.public_key(), "Ben", "disk WD-1")
_READER = Reader(known=KNOWN)


def _sealed(root: Path) -> CustodyFolder:
    folder = CustodyFolder.beside(root)
    seal_custody(model(root), folder, keeper(ANNA))
    return folder


def test_a_transfer_is_signed_by_both_and_the_receiver_goes_on(tmp_path: Path) -> None:
    root = tmp_path / "m"
    folder = _sealed(root)
    disclose(folder, keeper(ANNA, hour=1), {"to_name": "an auditor"}, KNOWN)
    hand_over(folder, keeper(ANNA, hour=2), _TO_BEN, KNOWN)
    received = receive(root, folder, keeper(BEN, hour=3), _READER)
    hand_over(folder, keeper(BEN, hour=4), Receiver(CLEO.public_key(), "Cleo", "line"), KNOWN)
    receive(root, folder, keeper(CLEO, hour=5), Reader(known=KNOWN, is_fast=True))
    _, custody = read_record(folder, KNOWN)
    assert [one.statement.kind.value for one in custody.links] == [
        *("collect", "disclose", "transfer", "receive", "transfer", "receive")
    ]
    assert (custody.holder, custody.awaited) == (id_of(CLEO.public_key()), "")
    assert received.link is not None
    assert received.link.statement.what == {
        "from": id_of(ANNA.public_key()),
        "from_name": "Anna",
        "files": 3,
        "bytes": 5300,
        "algorithm": "sha256",
    }
    assert custody.last.statement.what["algorithm"] == "blake3"


def test_nothing_is_signed_for_what_was_changed(tmp_path: Path) -> None:
    root = tmp_path / "m"
    folder = _sealed(root)
    hand_over(folder, keeper(ANNA), _TO_BEN, KNOWN)
    (root / "config.json").write_bytes(b"other")
    found = receive(root, folder, keeper(BEN), _READER)
    assert (found.link, len(found.verified.files.differences)) == (None, 1)
    assert len(folder.lines()) == 2


def test_nobody_adds_what_readers_would_refuse(tmp_path: Path) -> None:
    root = tmp_path / "m"
    folder = _sealed(root)
    with pytest.raises(VerificationError, match="it was not handed over"):
        receive(root, folder, keeper(BEN), _READER)
    with pytest.raises(VerificationError, match="who held it"):
        hand_over(folder, keeper(BEN), _TO_BEN, KNOWN)
    with pytest.raises(VerificationError, match="who held it"):
        disclose(folder, keeper(CLEO), {}, KNOWN)
    hand_over(folder, keeper(ANNA), _TO_BEN, KNOWN)
    with pytest.raises(VerificationError, match="handed over to"):
        receive(root, folder, keeper(CLEO), _READER)
    assert read_record(folder, KNOWN)[1].last.statement.kind is CustodyKind.TRANSFER
    with pytest.raises(VerificationError, match="none of the keys"):
        receive(root, folder, keeper(BEN), Reader(known=[BEN.public_key()]))
