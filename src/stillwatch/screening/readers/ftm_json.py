"""FollowTheMoney entities as JSON lines: OpenSanctions' `entities.ftm.json`, `targets.nested.json`, or others like it.

Published: by OpenSanctions, several times a day. Its data is under CC BY-NC 4.0, and business use needs a licence: it
is read where you supply it, and nothing of it comes with this program.

Traps: everything is an entity, owning and addresses too. Not all that is in the file is a target: relatives and
subsidiaries stand beside them. Whoever is owned, and is no target, is on no list, but may fall under a rule of
ownership. Shares are text (`50%`, `50`, `0.5`), or missing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.errors import InputError
from stillwatch.core.holding import Holding
from stillwatch.core.listed_entity import (
    AliasStrength,
    EntityType,
    ListedAddress,
    ListedEntity,
    ListedIdentifier,
    ListedName,
    OwnerLink,
)
from stillwatch.screening.ftm_party import PARTIES, FtmRead, entity_of, owner_link, references
from stillwatch.screening.list_format import ListCase, ListFormat, ReadList, Refused
from stillwatch.screening.list_json import texts
from stillwatch.screening.shares import read_share

if TYPE_CHECKING:
    from stillwatch.screening.list_format import ListFiles

_HEAD: Final = 65_536
_DOCUMENTS: Final = frozenset(("Identification", "Passport"))
_DEEPEST: Final = 4
"""Of nested entities; writers go two deep."""
_LISTED_TOPICS: Final = ("sanction", "debarment", "export.control", "corp.disqual")


def _matches(files: ListFiles) -> bool:
    if len(files) != 1:
        return False
    head = next(iter(files.values()))[:_HEAD].lstrip()
    return head[:1] == b"{" and b'"schema"' in head and b'"properties"' in head


def _read(files: ListFiles, list_name: str) -> ReadList:
    ((name, data),) = files.items()
    read = FtmRead()
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            _take(line, f"{name}:{number}", read)
    targets = {key for key, party in read.parties.items() if _is_target(party)}
    if not targets:
        raise InputError("the file holds no target", where=name, mend="give entities.ftm.json or targets.nested.json")
    holdings = tuple(found for one in read.ownerships for found in _holdings(one, list_name))
    owned = {one.owned.partition(":")[2] for one in holdings} - targets
    owners = defaultdict(list)
    for one in holdings:
        owners[one.owned.partition(":")[2]].append(owner_link(one))
    return ReadList(
        entities=tuple(entity_of(key, read, list_name, owners[key]) for key in read.parties if key in targets),
        owned=tuple(entity_of(key, read, list_name, owners[key]) for key in read.parties if key in owned),
        holdings=holdings,
        refused=tuple(read.refused),
        as_of=max((day for key in targets for day in texts(read.parties[key], "last_seen")), default="")[:10],
    )


def _take(line: bytes, where: str, read: FtmRead) -> None:
    try:
        entity = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        read.refused.append(Refused(where, f"no JSON: {error}"))
        return
    if not isinstance(entity, dict) or not isinstance(entity.get("properties"), dict) or not entity.get("id"):
        read.refused.append(Refused(where, "no entity: it has no id or no properties"))
        return
    _sort(entity, read, where)


def _sort(entity: dict[str, Any], read: FtmRead, where: str) -> None:
    """Put an entity where it is looked for, and those nested in it too."""
    if entity.get("schema") in PARTIES and _is_target(entity) and not _is_named(entity["properties"]):
        read.refused.append(Refused(where, "the target has no name"))
    pending = [(entity, 0)]
    while pending:
        one, depth = pending.pop()
        properties = one.get("properties")
        if isinstance(properties, dict) and depth <= _DEEPEST:
            values = (value for value in properties.values() if isinstance(value, list))
            pending.extend((each, depth + 1) for value in values for each in value if isinstance(each, dict))
            _put(str(one.get("schema")), str(one.get("id")), one, read)


def _put(schema: str, key: str, one: dict[str, Any], read: FtmRead) -> None:
    properties = one["properties"]
    if schema in PARTIES and _is_named(properties):
        read.parties.setdefault(key, one)
    elif schema == "Address":
        read.addresses[key] = properties
    elif schema == "Sanction":
        for about in references(properties, "entity"):
            read.sanctions[about].append(properties)
    elif schema in _DOCUMENTS:
        for holder in references(properties, "holder"):
            read.documents[holder].append(properties)
    elif schema == "Ownership":
        read.ownerships.append(properties)


def _is_named(properties: dict[str, Any]) -> bool:
    return bool(texts(properties, "name") or texts(properties, "alias"))


def _is_target(party: dict[str, Any]) -> bool:
    if isinstance(party.get("target"), bool):
        return bool(party["target"])
    return any(topic.startswith(_LISTED_TOPICS) for topic in texts(party["properties"], "topics"))


def _holdings(properties: dict[str, Any], list_name: str) -> list[Holding]:
    shares = [share for text in texts(properties, "percentage") if (share := read_share(text)) is not None]
    return [
        Holding(
            owner=f"{list_name}:{owner}",
            owned=f"{list_name}:{asset}",
            share=max(shares, default=None),
            valid_from=next(iter(texts(properties, "startDate")), ""),
            valid_until=next(iter(texts(properties, "endDate")), ""),
            source=list_name,
        )
        for owner in references(properties, "owner")
        for asset in references(properties, "asset")
    ]


_LINES: Final = (
    {
        "id": "q-1",
        "schema": "Person",
        "target": True,
        "last_seen": "2026-11-20T06:00:00",
        "properties": {
            "name": ["Barnaby Quillfeather"],
            "alias": ["Барнаби Квилфезер"],
            "weakAlias": ["The Clerk"],
            "birthDate": ["1961-02-03"],
            "nationality": ["kp"],
            "addressEntity": ["a-1"],
        },
    },
    {"id": "a-1", "schema": "Address", "properties": {"full": ["9 Quay Road, Veldt"], "country": ["kp"]}},
    {
        "id": "s-1",
        "schema": "Sanction",
        "properties": {"entity": ["q-1"], "program": ["EX"], "startDate": ["2020-03-04"]},
    },
    {"id": "p-1", "schema": "Passport", "properties": {"holder": ["q-1"], "number": ["X77"], "country": ["kp"]}},
    {
        "id": "o-1",
        "schema": "Company",
        "target": False,
        "properties": {"name": ["Orrin Works"], "jurisdiction": ["cn"]},
    },
    {
        "id": "w-1",
        "schema": "Ownership",
        "properties": {"owner": ["q-1"], "asset": ["o-1"], "percentage": ["60%"], "startDate": ["2021"]},
    },
)
_PERSON: Final = ListedEntity(
    list_name="EXAMPLE",
    source_id="q-1",
    entity_type=EntityType.PERSON,
    names=(
        ListedName(text="Barnaby Quillfeather", strength=AliasStrength.PRIMARY, script="Latn"),
        ListedName(text="Барнаби Квилфезер", script="Cyrl"),
        ListedName(text="The Clerk", strength=AliasStrength.WEAK, script="Latn"),
    ),
    addresses=(ListedAddress(text="9 Quay Road, Veldt", country="KP"),),
    identifiers=(ListedIdentifier(kind="document", value="X77", issuer="KP"),),
    birth_dates=("1961-02-03",),
    countries=("KP",),
    programmes=("EX",),
    start_date="2020-03-04",
)
_OWNED: Final = ListedEntity(
    list_name="EXAMPLE",
    source_id="o-1",
    entity_type=EntityType.ORGANISATION,
    names=(ListedName(text="Orrin Works", strength=AliasStrength.PRIMARY, script="Latn"),),
    countries=("CN",),
    owners=(OwnerLink(owner_id="q-1", share=0.6, valid_from="2021"),),
)

FORMAT: Final = ListFormat(
    name="ftm_json",
    title="FollowTheMoney entities (OpenSanctions), JSON lines",
    published=("https://data.opensanctions.org/datasets/latest/sanctions/entities.ftm.json",),
    licence="OpenSanctions: CC BY-NC 4.0, business use needs a licence",
    stale_after_days=3,
    matches=_matches,
    read=_read,
    least={},
    cases=(
        ListCase(
            "a person, and a company that is owned",
            {"entities.ftm.json": b"\n".join(map(orjson.dumps, _LINES))},
            ReadList(
                entities=(_PERSON,),
                owned=(_OWNED,),
                holdings=(
                    Holding(owner="EXAMPLE:q-1", owned="EXAMPLE:o-1", share=0.6, valid_from="2021", source="EXAMPLE"),
                ),
                as_of="2026-11-20",
            ),
        ),
    ),
)
