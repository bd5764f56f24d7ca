"""Keep beside a result what it takes to explain it: how the scan was made, and what each campaign was found by."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.campaign import Basis
from stillwatch.core.errors import InputError
from stillwatch.service.settings import ScanSettings
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCHEMA: Final = "stillwatch.bases/1"
_FILE: Final = "explain.json"
_PATHS: Final = ("store", "accounts", "authorised")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    settings: ScanSettings
    """As far as they decide what a scan finds; without the logs, which are in the store."""
    bases: tuple[Basis, ...]


def write_bases(out: Path, settings: ScanSettings, bases: Sequence[Basis]) -> None:
    """Write OUT/explain.json; it holds salted keys, and no account and no text."""
    scan: dict[str, Any] = {name: str(path.resolve()) if (path := getattr(settings, name)) else None for name in _PATHS}
    scan |= {"since": settings.since, "until": settings.until, "fdr": settings.fdr, "seed": settings.seed}
    scan["driver_accounts"] = settings.driver_accounts
    plain = {"schema": _SCHEMA, "scan": scan, "campaigns": [asdict(one) for one in bases]}
    write_whole(out / _FILE, orjson.dumps(plain, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def read_bases(out: Path, store: Path | None) -> Bases:
    """Read it back; `store` takes the place of the store that the scan was made with.

    Raises:
        InputError: There is no such file, or it is not one of ours.
    """
    file = out / _FILE
    try:
        plain: dict[str, Any] = orjson.loads(file.read_bytes())
        if plain["schema"] != _SCHEMA:
            raise InputError("this is of another version", where=str(file), mend="scan again")
        scan = plain["scan"]
        scan |= {name: Path(scan[name]) if scan[name] else None for name in _PATHS}
        settings = ScanSettings(**scan)
        bases = tuple(
            Basis(**{**one, "kinds": tuple(one["kinds"]), "keys": tuple(one["keys"])}) for one in plain["campaigns"]
        )
    except FileNotFoundError as error:
        mend = "name the folder of a scan made with this version, or scan again"
        raise InputError("there is nothing to explain here", where=str(out), mend=mend) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("this is no explain.json of ours", where=str(file), mend="scan again") from error
    return Bases(settings=replace(settings, store=store) if store else settings, bases=bases)
