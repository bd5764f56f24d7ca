r"""Screening lists kept as they came, version by version: what a screen rested on can be read again years later.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from datetime import datetime, UTC
>>> with TemporaryDirectory() as folder:
...     store = ListStore(Path(folder), clock=lambda: datetime(2026, 11, 22, tzinfo=UTC))
...     added = store.add("ours", {"ours.csv": b"id,name\n1,Orrin Works\n"}, AddedList(by="Ada Kern"))
...     [entity.names[0].text for entity in store.read("ours").read.entities], added.entities
(['Orrin Works'], 1)

LISTS/NAME/versions.jsonl   one line a version, the newest last; never rewritten
LISTS/NAME/known.txt        ids that each version must hold, if somebody said so
LISTS/NAME/SHA256/FILE.zst  the files, byte for byte

A version is known by its digest, so adding the same again changes nothing. Files are checked whenever they are read.
"""

from __future__ import annotations

import gc
import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import zstandard

from stillwatch.core.errors import InputError, SettingsError, VerificationError
from stillwatch.core.list_version import DatedBy, ListedFile, ListVersion
from stillwatch.screening.list_checks import has_shrunk, missing_ids, oddities
from stillwatch.screening.list_shelf import list_formats, recognise
from stillwatch.service.screening.list_ledger import append_version, read_versions
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from stillwatch.screening.list_format import ListFiles, ListFormat, ReadList

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_MOST_BYTES: Final = 2 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedList:
    """What whoever adds a list says of it."""

    by: str
    format_name: str = ""
    """Empty = recognised."""
    as_of: date | None = None
    source: str = ""
    licence: str = ""
    known: tuple[str, ...] = ()
    """Ids that this version and each later one must hold."""
    is_forced: bool = False
    """Take it although it has shrunk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenList:
    version: ListVersion
    read: ReadList


class ListStore:
    """Versions of lists in a folder; several processes may read while one adds."""

    def __init__(self, folder: Path, *, clock: Callable[[], datetime]) -> None:
        self._folder, self._clock = folder, clock

    def names(self) -> tuple[str, ...]:
        """Every list here, by name."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(one.name for one in self._folder.iterdir() if (one / "versions.jsonl").is_file()))

    def versions(self, name: str) -> tuple[ListVersion, ...]:
        """All versions of a list, the newest last.

        Raises:
            SettingsError: There is no such list.
        """
        file = self._folder / name / "versions.jsonl"
        if not _NAME.fullmatch(name) or not file.is_file():
            mend = f"add it with `stillwatch lists add {name} FILE`; known are: {', '.join(self.names()) or 'none'}"
            raise SettingsError(f"there is no list {name!r}", where=str(self._folder), mend=mend)
        return read_versions(file)

    def add(self, name: str, files: ListFiles, said: AddedList) -> ListVersion:
        """Keep a version; the same again gives the one that is there.

        Raises:
            InputError: The files are no list that can be read, lack known ids, or have shrunk.
            SettingsError: The name or the format's name is none.
        """
        if not _NAME.fullmatch(name):
            raise SettingsError(f"{name!r} is no name", mend="take letters, digits, points, dashes and underscores")
        if sum(map(len, files.values())) > _MOST_BYTES:
            raise InputError("the list is larger than any", where=", ".join(files), mend="check what was fetched")
        declared = _format(files, said.format_name)
        read = _read(declared, files, name)
        before = self.versions(name) if name in self.names() else ()
        self._refuse(name, read, said, before)
        version = self._version(name, files, said, (declared, read), before)
        if known := next((one for one in before if one.sha256 == version.sha256 and one.as_of == version.as_of), None):
            return known
        self._keep(version, files, said)
        return version

    def read(self, name: str, sha256: str = "") -> OpenList:
        """A version by the head of its digest, or the newest one.

        Raises:
            SettingsError: There is none, or several begin so.
            VerificationError: A file is not as it was added.
        """
        versions = self.versions(name)
        found = {one.sha256: one for one in versions if one.sha256.startswith(sha256)}
        if sha256 and len(found) != 1:
            mend = f"known are: {', '.join(dict.fromkeys(one.sha256[:12] for one in versions))}"
            raise SettingsError(f"no version of {name!r} alone begins with {sha256!r}", mend=mend)
        version = versions[-1] if not sha256 else next(iter(found.values()))
        declared = next(one for one in list_formats() if one.name == version.format_name)
        return OpenList(version=version, read=_read(declared, self._files(version), name))

    def _refuse(self, name: str, read: ReadList, said: AddedList, before: tuple[ListVersion, ...]) -> None:
        missing = missing_ids(read, (*said.known, *self._known(name)))
        if missing:
            mend = "the list is not whole; fetch it again, or take the ids off known.txt"
            raise InputError(f"{len(missing)} known ids are missing, such as {missing[0]}", where=name, mend=mend)
        if before and has_shrunk(read, before[-1].entities) and not said.is_forced:
            what = f"it has {len(read.entities):,} entries, the version before had {before[-1].entities:,}"
            raise InputError(what, where=name, mend="fetch it again; if it really shrank so much, add it with --force")

    def _version(
        self,
        name: str,
        files: ListFiles,
        said: AddedList,
        what: tuple[ListFormat, ReadList],
        before: tuple[ListVersion, ...],
    ) -> ListVersion:
        declared, read = what
        now = self._clock()
        as_of, dated_by = _dated(said, read, now)
        if as_of > now.date():
            raise InputError(f"it is dated {as_of}, which is to come", where=name, mend="give its date with --as-of")
        listed = tuple(
            ListedFile(name=one, sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data))
            for one, data in sorted(files.items())
        )
        return ListVersion(
            list_name=name,
            sha256=_digest(listed),
            format_name=declared.name,
            as_of=as_of,
            dated_by=dated_by,
            added_at=now,
            added_by=said.by,
            entities=len(read.entities),
            refused=len(read.refused),
            files=listed,
            source=said.source,
            licence=said.licence or declared.licence,
            stale_after_days=declared.stale_after_days,
            warnings=oddities(read, declared, before[-1].entities if before else 0),
        )

    def _keep(self, version: ListVersion, files: ListFiles, said: AddedList) -> None:
        """The files first: a version that is named has its files."""
        folder = self._folder / version.list_name
        inside = folder / version.sha256
        inside.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            write_whole(inside / f"{name}.zst", zstandard.ZstdCompressor(level=9).compress(data))
        if said.known:
            known = dict.fromkeys((*self._known(version.list_name), *said.known))
            write_whole(folder / "known.txt", "".join(f"{one}\n" for one in known).encode())
        append_version(folder / "versions.jsonl", version)

    def _known(self, name: str) -> tuple[str, ...]:
        file = self._folder / name / "known.txt"
        return tuple(filter(None, map(str.strip, file.read_text("utf-8").splitlines()))) if file.is_file() else ()

    def _files(self, version: ListVersion) -> dict[str, bytes]:
        found = {}
        for one in version.files:
            file = self._folder / version.list_name / version.sha256 / f"{one.name}.zst"
            try:
                data = zstandard.ZstdDecompressor().decompress(file.read_bytes(), max_output_size=one.size_bytes)
            except (OSError, zstandard.ZstdError) as error:
                mend = "bring the folder of lists back whole, or add the list again"
                raise VerificationError(f"the file cannot be read: {error}", where=str(file), mend=mend) from error
            if hashlib.sha256(data).hexdigest() != one.sha256:
                mend = "bring the folder of lists back whole, or add the list again"
                raise VerificationError("the file is not as it was added", where=str(file), mend=mend)
            found[one.name] = data
        return found


def _format(files: ListFiles, name: str) -> ListFormat:
    where = ", ".join(files)
    known = [one.name for one in list_formats()]
    if name:
        if name not in known:
            raise SettingsError(f"unknown format {name!r}", mend=f"known are: {', '.join(known)}")
        return next(one for one in list_formats() if one.name == name)
    found = recognise(files)
    if len(found) != 1:
        what = f"it may be of several formats: {', '.join(one.name for one in found)}" if found else "no format fits"
        raise InputError(what, where=where, mend=f"name one with --format; known are: {', '.join(known)}")
    return found[0]


def _read(declared: ListFormat, files: ListFiles, name: str) -> ReadList:
    """Read without the collector of cycles: it would walk the growing list again and again, half of the time that a
    large one takes, and a list holds no cycle.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        return declared.read(files, name)
    finally:
        if was_on:
            gc.enable()


def _dated(said: AddedList, read: ReadList, now: datetime) -> tuple[date, DatedBy]:
    if said.as_of is not None:
        return said.as_of, DatedBy.GIVEN
    if len(read.as_of) == 10:
        return date.fromisoformat(read.as_of), DatedBy.LIST
    return now.date(), DatedBy.ADDED


def _digest(files: tuple[ListedFile, ...]) -> str:
    if len(files) == 1:
        return files[0].sha256
    return hashlib.sha256("".join(f"{one.sha256}  {one.name}\n" for one in files).encode()).hexdigest()
