"""Who is never denied because a person has overturned a denial: the file that appeals write and publishing reads.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from datetime import datetime, UTC
>>> one = Exemption(
...     key="account",
...     value="a-1",
...     appeal="ap-1",
...     reason="shown to be a class",
...     since=datetime(2026, 1, 1, tzinfo=UTC),
...     expires_at=datetime(2026, 4, 1, tzinfo=UTC),
... )
>>> with TemporaryDirectory() as folder:
...     write_exemptions(Path(folder) / "exemptions.json", [one])
...     read_exemptions(Path(folder) / "exemptions.json", at=datetime(2026, 2, 1, tzinfo=UTC))[0].role
<Role.EXEMPT: 'exempt'>

The file is replaced as a whole; a publisher that finds it changed builds the standings anew. A missing file is an empty
one, since nobody may have appealed yet.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.errors import InputError
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SCHEMA: Final = "stillwatch.exemptions/1"
EXEMPTED_BY: Final = {
    name.name.lower(): name
    for name in (
        *(KeyName.ACCOUNT, KeyName.API_KEY, KeyName.USER),
        *(KeyName.ORGANISATION, KeyName.TEAM, KeyName.END_USER),
    )
}
"""Keys that say who it is; an address or a template is shared, so it exempts nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    key: str
    """One of `EXEMPTED_BY`."""
    value: str
    appeal: str
    reason: str
    """The person's own, for an analyst."""
    since: datetime
    expires_at: datetime


def exemptions_beside(state: Path) -> Path:
    """Where the exemptions stand that belong to the state of a guard."""
    return state.with_name("exemptions.json")


def write_exemptions(path: Path, exemptions: Iterable[Exemption]) -> None:
    plain = {"schema": _SCHEMA, "exemptions": [asdict(one) for one in exemptions]}
    write_whole(path, orjson.dumps(plain, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z))


def read_exemptions(path: Path, *, at: datetime) -> tuple[KeyStanding, ...]:
    """The exemptions that hold at a time, as standings to publish.

    Raises:
        InputError: The file is not one of ours.
    """
    try:
        plain = orjson.loads(path.read_bytes())
        if plain["schema"] != _SCHEMA:
            raise InputError("this is of another version", where=str(path), mend="decide an appeal to write it anew")
        found = tuple(_standing(one) for one in plain["exemptions"])
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError) as error:
        mend = "remove it; `stillwatch appeals exemptions` writes it anew"
        raise InputError("these are no exemptions of ours", where=str(path), mend=mend) from error
    return tuple(one for one in found if one.expires_at > at)


def _standing(plain: dict[str, Any]) -> KeyStanding:
    return KeyStanding(
        name=EXEMPTED_BY[plain["key"]],
        value=plain["value"],
        subject=plain["appeal"],
        role=Role.EXEMPT,
        confidence=1.0,
        reason=plain["reason"],
        since=_moment(plain["since"]),
        expires_at=_moment(plain["expires_at"]),
        source="appeal",
    )


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
