"""Let a campaign leave: to a file, to a server, or both. What has left is on record.

tell(Path("out"), made, Ways(file=Path("campaign.json")), at=now)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.core.shared_format import SharedFormat
from stillwatch.intel.misp_write import write_misp
from stillwatch.intel.stix_write import write_bundle
from stillwatch.intel.write_csv import write_csv
from stillwatch.service.sharing.send_objects import checked_address, send_objects
from stillwatch.service.sharing.shared_log import Told, digest, note_told
from stillwatch.service.sharing.write_misp_feed import write_misp_feed
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.to_share import ToShare


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where it goes, and who agreed."""

    file: Path | None = None
    """Of a feed of MISP: its folder."""
    file_format: SharedFormat = SharedFormat.STIX
    to: str = ""
    """Address of a TAXII collection."""
    token: str = ""
    reviewed_by: str = ""
    """Who looked at what leaves; empty = nobody."""


class Arrived(NamedTuple):
    to: str
    accepted: int
    pending: int
    refused: tuple[tuple[str, str], ...]
    """(id, why)."""


def tell(out: Path, made: ToShare, ways: Ways, *, at: datetime) -> tuple[Arrived, ...]:
    """Write and send its bundle; what was made to leave and did not arrive is on record too.

    Raises:
        InputError: The campaign holds something that must not leave.
        SettingsError: The address is none; nothing has left.
        PeerError: The server did not take it; a file that was asked for is written already.
    """
    if ways.file is None and not ways.to:
        raise InputError("it goes nowhere", where=made.campaign.id, mend="name a file or a server")
    if ways.to:
        checked_address(ways.to)
    data = write_bundle(made.campaign)
    arrived = []
    if ways.file:
        _write(made, ways.file_format, ways.file, data)
        note_told(out, _entry(made, ways, data, str(ways.file), at), data)
        arrived.append(Arrived(str(ways.file), _parts(made, ways.file_format, data), 0, ()))
    if ways.to:
        note_told(out, _entry(made, ways, data, ways.to, at), data)
        arrived.append(Arrived(ways.to, *send_objects(ways.to, data, token=ways.token)))
    return tuple(arrived)


def _write(made: ToShare, file_format: SharedFormat, file: Path, data: bytes) -> None:
    match file_format:
        case SharedFormat.STIX:
            write_whole(file, data)
        case SharedFormat.MISP:
            write_whole(file, write_misp(made.campaign))
        case SharedFormat.CSV:
            write_whole(file, write_csv([made.campaign]))
        case SharedFormat.MISP_FEED:
            write_misp_feed([made.campaign], file)


def _parts(made: ToShare, file_format: SharedFormat, data: bytes) -> int:
    """How many objects, attributes or rows were written; `data` is the bundle."""
    campaign = made.campaign
    if file_format is SharedFormat.STIX:
        return data.count(b'"spec_version"')
    return len(campaign.indicators) + (0 if file_format is SharedFormat.CSV else 1 + len(campaign.statements))


def _entry(made: ToShare, ways: Ways, data: bytes, to: str, at: datetime) -> Told:
    return Told(
        at=at,
        campaign_id=made.source_id,
        shared_id=made.campaign.id,
        first_at=made.campaign.created_at,
        to=to,
        reviewed_by=ways.reviewed_by,
        sha256=digest(data),
        is_revoked=made.campaign.is_revoked,
    )
