"""A dossier of the small scan, gathered once, with the log that it is sealed in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange_log import quiet
from stillwatch.core.indicator import Certainty
from stillwatch.core.shared_campaign import Statement
from stillwatch.service.bases import write_bases
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.gather_dossier import DossierAsked, Gathered, gather_dossier
from stillwatch.service.write_result import write_result

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.core.campaign import ScanResult

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
FACT = Statement(topic="terms:extraction", text="Section 4 forbids it.", certainty=Certainty.ALLEGED, confidence=90)


def attribution(**other: Any) -> bytes:
    """The result of a test of a suspect model, as `stillwatch attribute test` writes it."""
    usual = {
        "schema": "stillwatch.attribution/1",
        "plan": {"suspect": "model-x"},
        "plan_sha256": "ab" * 32,
        "verdict": {"kind": "dependent", "sentence": "The suspect's text depends on key global/e."},
        "judged": 0,
        "tests": [{"key": "global/e", "rule": "mode", "n": 700, "adjusted_log10_p": -49.7}],
        "decoys": {"keys": 1000},
    }
    return json.dumps(usual | other).encode()


class Stand(NamedTuple):
    out: Path
    keys: Path
    log: EvidenceLog
    result: ScanResult
    gathered: Gathered


def stand(scanned: Any, folder: Path) -> Stand:
    """Gather the first campaign of a scan below a folder; the recipe is not run."""
    out, keys = folder / "out", folder / "sketches"
    write_result(scanned.result, out)
    write_bases(out, scanned.settings, scanned.result.bases)
    log = EvidenceLog.make(folder / "evidence", "log.example/1", clock=lambda: 1_790_000_000.0)
    asked = DossierAsked(made_by="A. Keeper", facts=(FACT,), attributions=(attribution(),), log=log, is_tried=False)
    campaign = scanned.result.campaigns[0].id
    return Stand(out, keys, log, scanned.result, gather_dossier(out, campaign, asked, keys=keys, at=AT, progress=quiet))
