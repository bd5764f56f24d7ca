"""The statements of custody of a dossier: what was collected, what was found in it, what was taken out.

Each is an in-toto statement (version 1) in a signed envelope, and names the payload of the one before it
(`statement_chain`). Names of files are not in them: a file goes by its number and digest, in both tiers alike.
"""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

import rfc8785
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from stillwatch.evidence.statement_chain import PAYLOAD_TYPE, STATEMENT_TYPE
from stillwatch.signing.dsse import key_id_of, public_bytes, sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from stillwatch.core.dossier import Dossier
    from stillwatch.signing.signing_key import SigningKey

_PREDICATE: Final = "urn:stillwatch:custody:{}:1"
FINDING_FILE: Final = "analysis/campaign.json"


def public_pem(key: SigningKey) -> str:
    """The public key as PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def custody_lines(
    dossier: Dossier, finding_sha256: str, taken_out: Mapping[str, int], key: SigningKey
) -> tuple[bytes, ...]:
    """The lines of `custody.jsonl`.

    Args:
        dossier: What is handed over.
        finding_sha256: Of the campaign as it stands in the result.
        taken_out: File → how many of its fields were taken out; nothing in the confidential tier.
        key: Of whoever has the dossier made.
    """
    logs = {f"input {number}": one.sha256 for number, one in enumerate(dossier.inputs, 1)}
    run = dossier.run
    collected: dict[str, Any] = {
        "files": len(dossier.inputs),
        "bytes": sum(one.size_bytes for one in dossier.inputs),
        "exchanges": run.exchanges,
        "rejected": sum(one.rejected for one in dossier.inputs),
    }
    derived = {"how": f"stillwatch {run.version} scan", "parents": list(logs.values()), "code": dossier.tool}
    steps = [
        ("collect", logs, run.started_at, collected),
        ("derive", {FINDING_FILE: finding_sha256}, run.finished_at, derived),
    ]
    if taken_out:
        steps.append(("redact", {FINDING_FILE: finding_sha256}, dossier.made_at, {"removed": dict(taken_out)}))
    return _signed(steps, dossier, key)


def _signed(
    steps: Iterable[tuple[str, Mapping[str, str], datetime, Mapping[str, Any]]], dossier: Dossier, key: SigningKey
) -> tuple[bytes, ...]:
    lines: list[bytes] = []
    previous = ""
    for number, (kind, subjects, at, what) in enumerate(steps):
        payload = rfc8785.dumps(
            {
                "_type": STATEMENT_TYPE,
                "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in subjects.items()],
                "predicateType": _PREDICATE.format(kind),
                "predicate": {
                    "chain": dossier.campaign.id,
                    "number": number,
                    "previous": previous,
                    "at": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
                    "by": dossier.made_by,
                    "signer": key_id_of(public_bytes(key)),
                    "what": dict(what),
                    "tool": dossier.tool,
                },
            }
        )
        lines.append(sign(payload, PAYLOAD_TYPE, key))
        previous = hashlib.sha256(payload).hexdigest()
    return tuple(lines)
