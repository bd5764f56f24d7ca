"""A folder of lists and an accounts file for the tests of screening. All names are invented."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from stillwatch.service.screening.list_store import AddedList, ListStore
from stillwatch.service.screening.screen import ScreenSettings, screen

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.core.screened import Screened

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = NOW.date()
OURS = """id,name,type,aliases,weak_aliases,addresses,countries,identifiers,birth_dates,programmes
n-1,Orrin Lattice Works,organisation,Lattice Works Orrin,OLW,"9 Quay Road, Veldt, China",CN,registration: 77-A,,EX
n-2,"QUILLFEATHER, Barnaby",person,,The Clerk,,KP,passport: X77,1961-02-03,EX
"""
ACCOUNTS = """account_id,organisation,name,country,birth_date,owners
a-1,Orrin Lattice Works Ltd,Mira Kestrel,CN,,
a-2,,Barnaby Quillfeather,KP,1961-02-03,
a-3,Tidewater Bakery GmbH,,DE,,
a-4,,8f14e45fceea167a5a36dedd4bea2543,,,
"""
OFAC = {
    "SDN.CSV": b'90001,"QUILLFEATHER, Barnaby","individual","EX",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
    b'90002,"VELDT HOLDING",-0- ,"EX",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n',
    "ALT.CSV": b"",
    "ADD.CSV": b"",
    "SDN_COMMENTS.CSV": b"",
}
CSL_HEADER = "_id,source,entity_number,type,programs,name,addresses,federal_register_notice,alt_names\n"
CSL_ROWS = (
    "x,Specially Designated Nationals (SDN) - Treasury,90001,Individual,EX,Barnaby QUILLFEATHER,,,\n"
    "y,Specially Designated Nationals (SDN) - Treasury,90003,Entity,EX,TIDEWATER SHIPPING,,,\n"
)


def store_of(folder: Path) -> ListStore:
    return ListStore(folder / "lists", clock=lambda: NOW)


def add(folder: Path, text: str = OURS, name: str = "ours", *, as_of: date = TODAY) -> None:
    store_of(folder).add(name, {f"{name}.csv": text.encode()}, AddedList(by="Ada Kern", as_of=as_of, is_forced=True))


def accounts_file(folder: Path, text: str = ACCOUNTS) -> Path:
    file = folder / "accounts.csv"
    file.write_text(text, "utf-8")
    return file


def screened(folder: Path, text: str = ACCOUNTS, *, number: int = 1, **options: object) -> Screened:
    settings = ScreenSettings(accounts=accounts_file(folder, text), lists=folder / "lists", **options)
    return screen(settings, clock=lambda: NOW, new_id=lambda: f"s-{number}", progress=lambda *_: None)
