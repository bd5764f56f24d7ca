"""Licences in force as an authorised-use ledger, which scans, watches and guards read.

Entries of a ledger that people wrote go before them, as they stand. A licence whose term or budget is over is left out:
from then on its accounts are accounts like any others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.toml_text import toml_string
from stillwatch.logs.ledger import load_ledger, parse_ledger
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from stillwatch.service.licences.licence_folder import Standing


def write_licence_ledger(standings: Iterable[Standing], path: Path, *, own: Path | None = None) -> tuple[str, ...]:
    """Write the ledger as a whole; returns the ids of the licences in it.

    Args:
        standings: Of all licences; those that are not in force are left out.
        path: Of the ledger.
        own: A ledger that people wrote, which goes before them.

    Raises:
        InputError: The own ledger cannot be read, or an entry of it bears a licence's name.
    """
    in_force = [one for one in standings if not one.why_not]
    if own is not None:
        load_ledger(own)
    before = own.read_text("utf-8").rstrip() + "\n\n" if own else ""
    text = before + "\n".join(line for one in in_force for line in _entry(one))
    parse_ledger(text, str(path))
    write_whole(path, text.encode())
    return tuple(one.licence.id for one in in_force)


def _entry(one: Standing) -> Iterator[str]:
    licence = one.licence
    yield "[[authorised]]"
    yield f"name = {toml_string('licence ' + licence.id)}"
    yield f"organisation = {toml_string(licence.licensee)}"
    yield f"account_ids = [{', '.join(map(toml_string, licence.accounts))}]"
    yield f"purpose = {toml_string(licence.purpose)}"
    yield f"contract = {toml_string(one.path.name)}"
    yield f"licence = {toml_string(licence.id)}"
    yield f"features = [{', '.join(map(toml_string, licence.features))}]"
    yield f"valid_from = {licence.valid_from:%Y-%m-%dT%H:%M:%SZ}"
    yield f"valid_until = {licence.valid_until:%Y-%m-%dT%H:%M:%SZ}"
    yield ""
