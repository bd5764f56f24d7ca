"""Licences, keys of issuers and logs that licences are about, in one short call each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exchange_log import exchange, quiet, write_log
from stillwatch.core.licence import Licence
from stillwatch.core.policy import Wants
from stillwatch.logs.reading import Reading
from stillwatch.service.licences.licensed_exchanges import Logs

if TYPE_CHECKING:
    from pathlib import Path

NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC: Final = KEY.public_key()
OTHER: Final = Ed25519PrivateKey.from_private_bytes(bytes(32))


def licence(**other: Any) -> Licence:
    """One that covers `acct-1` and the model of `exchange` through 2026."""
    usual: dict[str, Any] = {
        "id": "g-1",
        "issuer": "lab.example",
        "licensee": "Harbour Robotics",
        "accounts": ("acct-1",),
        "teachers": ("model-*",),
        "student": "dock-7b",
        "purpose": "a harbour assistant",
        "issued_at": datetime(2026, 1, 1, tzinfo=UTC),
        "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
        "valid_until": datetime(2027, 1, 1, tzinfo=UTC),
        "most_tokens": 1000,
        "most_prompts": 0,
        "features": (Wants.PROMPT_LOGPROBS,),
        "mark": "grant/g-1",
    }
    return Licence(**usual | other)


def log_of(folder: Path, *records: dict[str, Any]) -> Logs:
    """A log of these records; of five questions of the licensee and five of others, where none are given."""
    usual = [exchange(number, f"acct-{number % 2}", response_id=f"resp-{number}") for number in range(10)]
    path = write_log(folder / "log.jsonl", records or usual)
    return Logs((str(path),), Reading(), quiet)
