"""What has left here: one line a bundle, and the last bundle of each campaign.

OUT/shared.jsonl           when, which campaign, to whom, who looked, and the digest of the bytes
OUT/shared/ID.json         the last bundle of a campaign, by which it can be taken back when the result is gone
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from pathlib import Path

_LOG: Final = "shared.jsonl"
_PRIVATE: Final = 0o600
"""It ties the names that peers know to the ids of the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One bundle that has left."""

    at: datetime
    campaign_id: str
    """Of the result."""
    shared_id: str
    """STIX id."""
    first_at: datetime
    to: str
    """File or server."""
    reviewed_by: str
    """Who looked at the preview; empty = nobody."""
    sha256: str
    is_revoked: bool = False


def first_told(out: Path, campaign_id: str) -> datetime | None:
    """When the campaign was told first, as STIX keeps it through all versions."""
    return next((one.first_at for one in told(out) if one.campaign_id == campaign_id), None)


def told(out: Path) -> tuple[Told, ...]:
    """Every bundle that has left, the oldest first.

    Raises:
        InputError: The log is damaged.
    """
    file = out / _LOG
    if not file.exists():
        return ()
    try:
        return tuple(_read(json.loads(line)) for line in file.read_text("utf-8").splitlines())
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            "a line is none of ours", where=str(file), mend="keep the file aside, and begin anew"
        ) from error


def note_told(out: Path, entry: Told, data: bytes) -> None:
    """Remember that these bytes have left."""
    folder = out / "shared"
    folder.mkdir(exist_ok=True, mode=0o700)
    write_whole(folder / f"{entry.shared_id}.json", data, mode=_PRIVATE)
    file = out / _LOG
    file.touch(_PRIVATE)
    with file.open("a", encoding="utf-8") as log:
        log.write(json.dumps(_plain(entry), ensure_ascii=False) + "\n")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def last_bundle(out: Path, shared_id: str) -> bytes:
    """The last bundle that left of the campaign with this STIX id."""
    return (out / "shared" / f"{shared_id}.json").read_bytes()


def _plain(entry: Told) -> dict[str, Any]:
    return {
        "at": entry.at.astimezone(UTC).isoformat(),
        "campaign_id": entry.campaign_id,
        "shared_id": entry.shared_id,
        "first_at": entry.first_at.astimezone(UTC).isoformat(),
        "to": entry.to,
        "reviewed_by": entry.reviewed_by,
        "sha256": entry.sha256,
        "is_revoked": entry.is_revoked,
    }


def _read(plain: dict[str, Any]) -> Told:
    moments = {name: datetime.fromisoformat(plain[name]) for name in ("at", "first_at")}
    return Told(**{**plain, **moments})
