"""A feed of MISP: a folder of events with a manifest and a list of hashes, served by any web server or carried by hand.

    files = feed_files([campaign], manifest=before.get(MANIFEST, b""), hashes=before.get(HASHES, b""))

`manifest.json` says which events there are, `hashes.csv` which values are in which event, so that an instance can look
a value up without loading the events. What a folder already holds stays, and a newer version of an event takes its
predecessor's place.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.errors import InputError
from stillwatch.intel.misp_write import event_of
from stillwatch.intel.stix_ids import is_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stillwatch.core.shared_campaign import SharedCampaign

MANIFEST: Final = "manifest.json"
HASHES: Final = "hashes.csv"
_LISTED: Final = ("info", "date", "analysis", "threat_level_id", "timestamp", "Orgc", "Tag")
_MOST_EVENTS: Final = 100_000


def feed_files(campaigns: Iterable[SharedCampaign], *, manifest: bytes = b"", hashes: bytes = b"") -> dict[str, bytes]:
    """Name → content of the files to write.

    Args:
        campaigns: Of several versions of one, the newest counts.
        manifest: What stands in the folder's manifest; empty where there is none.
        hashes: The same of its hashes.

    Raises:
        InputError: The manifest is none, or a campaign cannot be written.
    """
    listed = _manifest(manifest) if manifest else {}
    events = {one["uuid"]: one for one in map(event_of, sorted(campaigns, key=lambda one: one.version_at))}
    news = {
        uuid: one
        for uuid, one in events.items()
        if uuid not in listed or int(one["timestamp"]) >= _seconds(listed[uuid])
    }
    kept = [line for line in hashes.decode("ascii", "replace").splitlines() if line.partition(",")[2] not in news]
    added = (f"{digest},{uuid}" for uuid, one in news.items() for digest in dict.fromkeys(_hashes(one)))
    listed |= {uuid: {name: one[name] for name in _LISTED} for uuid, one in news.items()}
    return {
        **{f"{uuid}.json": orjson.dumps({"Event": one}, option=orjson.OPT_INDENT_2) for uuid, one in news.items()},
        MANIFEST: orjson.dumps(listed, option=orjson.OPT_INDENT_2),
        HASHES: "".join(f"{line}\n" for line in (*kept, *added)).encode(),
    }


def event_names(manifest: bytes) -> tuple[str, ...]:
    """Names of the files of the events that a manifest lists; each is a UUID and `.json`, never a path.

    Raises:
        InputError: It is no manifest, or lists too much.
    """
    listed = _manifest(manifest)
    if len(listed) > _MOST_EVENTS:
        raise InputError(f"{len(listed)} events", where=MANIFEST, mend=f"at most {_MOST_EVENTS} are read")
    return tuple(f"{uuid}.json" for uuid in listed if is_id(f"campaign--{uuid.lower()}"))


def _manifest(data: bytes) -> dict[str, Any]:
    try:
        listed = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InputError(f"no JSON: {error}", where=MANIFEST, mend=_MEND) from error
    if not isinstance(listed, dict):
        raise InputError("no manifest of a feed", where=MANIFEST, mend=_MEND)
    return listed


_MEND: Final = "name a folder that holds a feed of MISP, or none yet"


def _seconds(listed: Any) -> int:
    text = str(listed.get("timestamp", "")) if isinstance(listed, dict) else ""
    return int(text) if text.isascii() and text.isdigit() else 0


def _hashes(event: dict[str, Any]) -> Iterator[str]:
    """MD5 of each value that is to be matched: what MISP compares, not what keeps anything safe."""
    inside = (one for made in event["Object"] for one in made["Attribute"])
    for one in (*event["Attribute"], *inside):
        if not one["disable_correlation"]:
            yield hashlib.md5(one["value"].encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
