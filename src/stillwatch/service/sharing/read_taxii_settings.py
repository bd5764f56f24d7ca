r"""What `stillwatch taxii serve` is told: where its objects are, its collections, and who may do what with them.

>>> from pathlib import Path
>>> text = '''
... store = "objects.db"
... [[collection]]
... id = "7d3f8a52-7f0e-4c55-9f4e-3a1f5f2f0a01"
... title = "Campaigns"
... [[member]]
... name = "lab-a"
... secrets_sha256 = ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
... reads = ["7d3f8a52-7f0e-4c55-9f4e-3a1f5f2f0a01"]
... '''
>>> settings = read_taxii_settings(text, Path("/etc/stillwatch/taxii.toml"))
>>> settings.store, settings.members[0].reads
('/etc/stillwatch/objects.db', ('7d3f8a52-7f0e-4c55-9f4e-3a1f5f2f0a01',))

One TOML file; paths are relative to its folder, and each error names the line and the mend.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from stillwatch.core.marking import Tlp
from stillwatch.core.toml_text import TomlText, suggestion
from stillwatch.service.sharing.taxii_settings import (
    ApiRoot,
    Collection,
    MemberEntry,
    TaxiiLimits,
    TaxiiListen,
    TaxiiSettings,
)
from stillwatch.service.toml_table import TomlTable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stillwatch.core.errors import SettingsError

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IDENTITY: Final = re.compile(r"identity--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LAST_PORT: Final = 65_535
_SINGLE: Final = ("listen", "limits")
_SEVERAL: Final = ("api_root", "collection", "member")
_TOP: Final = {"store": "objects.db", "title": "", "description": "", "contact": "", "lists_all": False}
_RESERVED: Final = ("taxii2", "push", "livez")
_HERE: Final = ("127.0.0.1", "localhost", "[::1]")


def read_taxii_settings(text: str, path: Path) -> TaxiiSettings:
    """Read settings; `path` is where the text stands.

    Raises:
        InputError: It is no TOML.
        SettingsError: A field is unknown, missing or of the wrong kind; names the line.
    """
    read = TomlText.of(text, str(path))
    top = {name: value for name, value in read.document.items() if name not in (*_SINGLE, *_SEVERAL)}
    first = TomlTable("", top, read, 1)
    given = first.like(_TOP)
    if not given.get("store"):
        raise first.error("a server needs a store", "store", 'add store = "objects.db", or postgresql://…')
    listen = TomlTable.of(read, "listen")
    roots, collections, members = (TomlTable.several(read, name) for name in _SEVERAL)
    settings = TaxiiSettings(
        **{**given, "store": _store(given["store"], path.parent)},
        listen=_listen(listen, path.parent),
        limits=TaxiiLimits(**TomlTable.of(read, "limits").like(TaxiiLimits())),
        api_roots=tuple(ApiRoot(**one.like(ApiRoot())) for one in roots) or (ApiRoot(),),
        collections=tuple(Collection(**one.like(Collection())) for one in collections),
        members=tuple(MemberEntry(**one.like(MemberEntry())) for one in members),
    )
    _check_roots(settings, roots)
    _check_collections(settings, collections)
    _check_members(settings, members)
    _refuse_open_doors(settings, listen)
    return settings


def _store(store: str, folder: Path) -> str:
    return store if "://" in store else str(folder / store)


def _listen(table: TomlTable, folder: Path) -> TaxiiListen:
    listen = TaxiiListen(**table.like(TaxiiListen()))
    host, _, port = listen.address.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) <= _LAST_PORT:
        raise table.error("address is host and port", "address", 'write address = "127.0.0.1:6100"')
    if bool(listen.certificate) != bool(listen.key):
        raise table.error("TLS needs a certificate and its key", "certificate", 'add certificate = "…" and key = "…"')
    if listen.client_authority and not listen.certificate:
        mend = 'add certificate = "…" and key = "…"'
        raise table.error("clients show certificates over TLS alone", "client_authority", mend)
    return replace(
        listen,
        certificate=_path(folder, listen.certificate),
        key=_path(folder, listen.key),
        client_authority=_path(folder, listen.client_authority),
    )


def _path(folder: Path, name: str) -> str:
    return str(folder / name) if name else ""


def _refuse_open_doors(settings: TaxiiSettings, listen: TomlTable) -> None:
    """Secrets travel with each request: they do not leave this machine in the clear, unless a proxy adds TLS."""
    host = settings.listen.address.rpartition(":")[0]
    behind_proxy = settings.listen.public_url.startswith("https://")
    if host not in _HERE and not settings.listen.certificate and not behind_proxy:
        mend = "add certificate and key, or public_url = https://… where a proxy before it adds TLS"
        raise listen.error("members' secrets would be sent in the clear", "address", mend)


def _check_roots(settings: TaxiiSettings, tables: tuple[TomlTable, ...]) -> None:
    for one, table in zip(settings.api_roots, tables, strict=bool(tables)):
        if not _WORD.fullmatch(one.name) or one.name in _RESERVED:
            raise table.error(f"{one.name!r} is no name of an API root", "name", 'write name = "intel"')
        _refuse_twice(one.name, [other.name for other in settings.api_roots], table, "name")


def _check_collections(settings: TaxiiSettings, tables: tuple[TomlTable, ...]) -> None:
    roots = [one.name for one in settings.api_roots]
    names = [name for one in settings.collections for name in (one.id, one.alias) if name]
    for one, table in zip(settings.collections, tables, strict=True):
        if not _UUID.fullmatch(one.id):
            raise table.error(f"{one.id!r} is no id of a collection", "id", "write a UUID in small letters")
        if not one.title:
            raise table.error("a collection needs a title", "title", 'add title = "…"')
        if one.alias and not _WORD.fullmatch(one.alias):
            raise table.error(f"{one.alias!r} is no alias", "alias", "write letters, digits, dots and dashes")
        if one.api_root not in roots:
            raise table.error(f"there is no API root {one.api_root!r}", "api_root", suggestion(one.api_root, roots))
        for name, key in ((one.id, "id"), (one.alias, "alias")):
            _refuse_twice(name, names, table, key)


def _check_members(settings: TaxiiSettings, tables: tuple[TomlTable, ...]) -> None:
    known = ["*", *(one.id for one in settings.collections)]
    names = [one.name for one in settings.members]
    shown = [word for one in settings.members for word in _credentials(one)]
    for one, table in zip(settings.members, tables, strict=True):
        if not _WORD.fullmatch(one.name):
            raise table.error(f"{one.name!r} is no name of a member", "name", 'write name = "lab-a"')
        _refuse_twice(one.name, names, table, "name")
        if one.identity and not _IDENTITY.fullmatch(one.identity):
            raise table.error(f"{one.identity!r} is no identity", "identity", "write identity--UUID")
        if one.ceiling not in tuple(Tlp):
            raise table.error(f"unknown marking {one.ceiling!r}", "ceiling", suggestion(one.ceiling, Tlp))
        if not _credentials(one):
            mend = "add secrets_sha256 or certificates_sha256; `stillwatch taxii secret` makes one"
            raise table.error(f"{one.name} could never enter", "name", mend)
        for digest in _credentials(one):
            if not _SHA256.fullmatch(digest):
                raise table.error(f"{digest[:80]!r} is no SHA-256", "name", "write 64 hexadecimal digits")
            _refuse_twice(digest, shown, table, "name")
        _check_rights(one, known, table)


def _check_rights(one: MemberEntry, known: list[str], table: TomlTable) -> None:
    for key in ("reads", "writes", "moderates"):
        for collection in getattr(one, key):
            if collection not in known:
                raise table.error(f"there is no collection {collection!r}", key, suggestion(collection, known))


def _credentials(one: MemberEntry) -> tuple[str, ...]:
    return (*one.secrets_sha256, *one.reading_secrets_sha256, *one.certificates_sha256)


def _refuse_twice(name: str, all_names: Iterable[str], table: TomlTable, key: str) -> None:
    if name and Counter(all_names)[name] > 1:
        raise _twice(name, table, key)


def _twice(name: str, table: TomlTable, key: str) -> SettingsError:
    return table.error(f"{name} stands twice", key, "give each one its own")
