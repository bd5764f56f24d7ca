"""What a reader asks of a log is what its `log.toml` says, in the folder or handed over alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sealed_package import SIGNER, WITNESS
from stillwatch.core.errors import SettingsError
from stillwatch.evidence.proof_file import LogPolicy
from stillwatch.service.evidence.ask_witness import WitnessAddress
from stillwatch.service.evidence.log_settings import given_policy_of, policy_of, witnesses_of

if TYPE_CHECKING:
    from pathlib import Path

_KEYS = ", ".join(f'"{one}"' for one in SIGNER.verifiers)
_TEXT = f"""origin = "{SIGNER.name}"
keys = [{_KEYS}]
quorum = 1

[[witness]]
url = "https://w.example"
keys = ["{WITNESS}"]
"""
_SAID = LogPolicy(origin=SIGNER.name, log_keys=SIGNER.verifiers, witnesses=(WITNESS,), quorum=1)


def test_name_keys_and_witnesses_are_read_from_the_folder_and_from_the_file_alone(tmp_path: Path) -> None:
    (tmp_path / "log.toml").write_text(_TEXT)
    (tmp_path / "given.toml").write_text(_TEXT)
    for there in (tmp_path, tmp_path / "given.toml"):
        assert (given_policy_of(there), policy_of(there)) == (_SAID, _SAID)
    assert witnesses_of(tmp_path) == (WitnessAddress("https://w.example", (WITNESS,)),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "no transparency log"),
        ("origin = ", "damaged"),
        ('origin = "log.example"', "damaged"),
        (_TEXT.replace("url", "address"), "damaged"),
        (_TEXT.replace("quorum = 1", "quorum = []"), "damaged"),
    ],
    ids=["none", "no TOML", "no keys", "a witness without address", "a quorum that is no number"],
)
def test_what_is_missing_or_damaged_is_named(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / "log.toml").write_text(text)
    with pytest.raises(SettingsError, match=told):
        witnesses_of(tmp_path)
