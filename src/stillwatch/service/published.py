"""What watching writes for others to read, and reads back after a restart.

OUT/standings.json   replaced as a whole after each round: who stands where, until when
OUT/events.jsonl     one event a line, appended
OUT/watch.json       what the next round must know; written last, so that a kill repeats a round and tells nothing twice
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.errors import InputError
from stillwatch.core.tracking import AccountStanding, KnownCampaign, Round, Watched
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from pathlib import Path

STANDINGS: Final = "stillwatch.standings/1"
_STATE: Final = "stillwatch.watch/3"
Seen = dict[str, tuple[int, int]]
"""File → its size and time of change, as of the last round that took it in."""


def load(out: Path) -> tuple[Watched, Seen]:
    """The state of the last whole round, or an empty one; events of a round that did not end are taken back.

    Raises:
        InputError: The state file is not one of ours.
    """
    file = out / "watch.json"
    if not file.exists():
        _keep_events(out, 0)
        return Watched(), {}
    try:
        plain = json.loads(file.read_bytes())
        if plain["schema"] != _STATE:
            raise InputError("this is of another version", where=str(file), mend="take another --out")
        watched = Watched(
            campaigns=tuple(_read(KnownCampaign, one) for one in plain["campaigns"]),
            standings=tuple(_read(AccountStanding, one) for one in plain["standings"]),
            warnings=tuple(plain["warnings"]),
            next_event=plain["next_event"],
            published_at=datetime.fromisoformat(plain["published_at"]) if plain["published_at"] else None,
            complete=plain["complete"],
            looked_at=datetime.fromisoformat(plain["looked_at"]) if plain["looked_at"] else None,
            looked_exchanges=plain["looked_exchanges"],
        )
        seen = {path: (size, changed) for path, size, changed in plain["seen"]}
    except (ValueError, KeyError, TypeError) as error:
        mend = "remove it to begin anew, or take another --out"
        raise InputError("this is no state of a watch", where=str(file), mend=mend) from error
    _keep_events(out, watched.next_event)
    return watched, seen


def publish(out: Path, turn: Round, seen: Seen) -> None:
    """Write what a round gave; a reader never sees half of a file."""
    watched = turn.watched
    if turn.events:
        with (out / "events.jsonl").open("ab") as file:
            file.write(b"".join(orjson.dumps(_plain(event), option=orjson.OPT_APPEND_NEWLINE) for event in turn.events))
            file.flush()
    write_whole(out / "standings.json", _json(_standings(watched)))
    state = {"schema": _STATE, **_plain(watched), "seen": [[path, *one] for path, one in sorted(seen.items())]}
    write_whole(out / "watch.json", _json(state))


def _standings(watched: Watched) -> dict[str, Any]:
    return {
        "schema": STANDINGS,
        "published_at": _moment(watched.published_at) if watched.published_at else None,
        "complete": watched.complete,
        "campaigns": [
            {
                "campaign_id": one.campaign_id,
                "verdict": one.verdict,
                "first_flagged_at": _moment(one.first_flagged_at),
                "exchanges": one.exchanges,
                "because": one.because,
            }
            for one in watched.campaigns
        ],
        "standings": [_plain(one) for one in watched.standings],
    }


def _keep_events(out: Path, count: int) -> None:
    """Cut the events off that a killed round had written before its state."""
    file = out / "events.jsonl"
    if not file.exists():
        return
    lines = file.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines[:count] if line.endswith(b"\n")]
    if len(kept) < len(lines):
        write_whole(file, b"".join(kept))


def _plain(value: Any) -> Any:
    """Values as JSON has them: times in RFC 3339, fields by name."""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return _plain(asdict(value)) if hasattr(value, "__dataclass_fields__") else value


def _read(kind: Any, plain: dict[str, Any]) -> Any:
    times = {"since", "expires_at", "first_flagged_at"}
    values = {
        one.name: datetime.fromisoformat(plain[one.name]) if one.name in times else plain[one.name]
        for one in fields(kind)
    }
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _json(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
