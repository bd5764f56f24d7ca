from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dossier_factory import dossier
from stillwatch.evidence.dossier_custody import custody_lines, public_pem
from stillwatch.evidence.statement_chain import check_chain

_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def _kinds(taken: dict[str, int]) -> list[str]:
    lines = custody_lines(dossier(), "ef" * 32, taken, _KEY)
    found = check_chain(lines, [public_pem(_KEY)])
    return [one.statement["predicateType"].split(":")[-2] for one in found]


def test_the_chain_holds_and_says_what_was_taken_out():
    assert _kinds({"dossier.json": 3}) == ["collect", "derive", "redact"]


def test_nothing_was_taken_out_of_the_confidential_tier():
    assert _kinds({}) == ["collect", "derive"]


def test_no_path_of_a_log_is_told():
    assert not any(b"anna" in line for line in custody_lines(dossier(), "ef" * 32, {}, _KEY))
