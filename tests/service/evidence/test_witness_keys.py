from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.cosignature import cosignatures
from stillwatch.evidence.signed_note import Note
from stillwatch.service.evidence.log_keys import make_log_keys
from stillwatch.service.evidence.witness_keys import WitnessSigner

if TYPE_CHECKING:
    from pathlib import Path


def test_keys_in_files_sign_as_a_cosigner_and_not_as_a_log(tmp_path: Path) -> None:
    made = make_log_keys(tmp_path, "w.example", passphrase=b"secret")
    signer = WitnessSigner.read(tmp_path, "w.example", passphrase=b"secret")
    said = Checkpoint("log.example", 3, bytes(32))
    note = Note(str(said), signer.sign(said, at_s=8))
    assert [one.at_s for one in cosignatures(note, signer.verifiers)] == [8, 8]
    assert {key.id for key in signer.verifiers} & {key.id for key in made.verifiers} == {signer.verifiers[1].id}
