"""Write what a hunt has found as sightings, one bundle for each source, to be sent back to it.

write_sightings(hunt, campaigns, Sighter("identity--…", "Member B"), Path("sightings"), at=now)

Each source is told of its own indicators alone. A bundle is marked as strictly as the strictest of the campaigns that
it is about: what was told in confidence is answered in confidence.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.marking import strictest
from stillwatch.intel.hunt_sightings import sightings_of
from stillwatch.intel.stix_feedback import write_feedback
from stillwatch.intel.stix_ids import is_id
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.feedback import Sighting
    from stillwatch.core.hunt import Hunt
    from stillwatch.core.shared_campaign import SharedCampaign


class Sighter(NamedTuple):
    id: str
    """STIX id of the identity."""
    name: str


class Answer(NamedTuple):
    """One bundle."""

    path: Path
    producer_id: str
    producer_name: str
    sightings: int


def write_sightings(
    hunt: Hunt, campaigns: Iterable[SharedCampaign], sighter: Sighter, folder: Path, *, at: datetime
) -> tuple[Answer, ...]:
    """Write FOLDER/PRODUCER.json for each source of which something was found.

    Raises:
        InputError: The sighter has no id.
        SettingsError: The folder cannot be written.
    """
    if not (is_id(sighter.id, "identity") and sighter.name):
        mend = "write your STIX id, identity--UUID, and your name, as peers know them"
        raise InputError(f"{sighter.id!r} is nobody's id", mend=mend)
    sources: dict[str, list[SharedCampaign]] = {}
    for one in campaigns:
        sources.setdefault(one.producer_id, []).append(one)
    seen = {one.of_id: one for one in sightings_of(hunt, by_id=sighter.id, at=at)}
    answers: list[Answer] = []
    for producer_id, told in sources.items():
        about = {one.id: campaign for campaign in told for one in campaign.indicators if one.id in seen}
        if about:
            path = folder / f"{producer_id.partition('--')[2]}.json"
            _write(path, sighter, about, [seen[id_] for id_ in about])
            answers.append(Answer(path, producer_id, told[0].producer_name, len(about)))
    return tuple(answers)


def _write(path: Path, sighter: Sighter, about: dict[str, SharedCampaign], seen: list[Sighting]) -> None:
    handling = reduce(strictest, (one.handling for one in about.values()))
    data = write_feedback(sighter.id, sighter.name, handling=handling, sightings=seen)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
    except OSError as error:
        raise SettingsError(f"it cannot be written: {error.strerror}", where=str(path)) from error
