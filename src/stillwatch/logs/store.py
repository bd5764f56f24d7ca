"""The store: partitioned Parquet is the state, and the engine only reads it.

A *part* is what one block of a log became: four Parquet files under one name, closed by a small JSON file. The name is
a digest of the block's bytes and of how they were read, so the same block is never stored twice; the closing file is
written last, so a part either is whole or does not count. Killing an ingest at any moment loses the open parts only.

    STORE/settings.json     salt, content mode, unit; fixed when the store is made
    STORE/exchanges|keys|names|excerpts/PART.parquet
    STORE/parts/PART.json   the closing file: counts, times, rejects
    STORE/inputs/ID.json    one a log file: its digest, its parts, whether it was read to the end
    STORE/summaries/        what scans of all of it worked out; may be deleted at any time (`summaries`)
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from stillwatch.core.errors import SettingsError
from stillwatch.logs.rejects import Example, Rejects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from stillwatch.logs.sketching import ContentMode, Tables, Unit

STORE_VERSION: Final = 1
TABLES: Final = ("exchanges", "keys", "names", "excerpts")
_UNREPEATED: Final = frozenset(
    {
        "exchange_no",
        "record_key",
        "started_at",
        "ended_at",
        "share_key",
        "chain_self",
        "chain_parent",
        "exact_key",
        "similarity_a",
        "similarity_b",
    }
)
WORK_PREFIX: Final = "work-"
"""Folders of the store that a running process works in begin with this and its number; see `work_prefix`."""
PART_BITS: Final = 32
"""An exchange number is the part's number above so many bits, and the row below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    version: int
    salt: int
    """Secret of this store: without it nobody can test whether a known prompt or address is in here."""
    content: ContentMode
    unit: Unit | None
    """The identity that counts as the account; None takes the first that a record has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    name: str
    number: int
    exchanges: int
    first_at: int
    last_at: int
    formats: dict[str, int]
    rejects: dict[str, Any]
    """`counts` by reason and `examples` as [path, line, excerpt]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInput:
    path: str
    sha256: str
    size_bytes: int
    formats: tuple[str, ...]
    parts: tuple[str, ...]
    rejects: dict[str, Any]
    """Rejects of the file as a whole (a stream that ends early), beside those of its parts."""
    complete: bool
    export: str = ""
    """Of an export that is read span by span, what all its inputs are called; `path` has the span too."""
    until: int = 0
    """Of such an export, where its span ends, nanoseconds since 1970: the next begins there."""
    stamp: str = ""
    """What shows that a log that only Spark reaches is as it was: when a file was changed, the version of a table."""


class Store:
    """One folder of Parquet. Not safe for two writers at once: `hold` refuses the second."""

    def __init__(self, root: Path, settings: StoreSettings) -> None:
        self.root = root
        self.settings = settings

    @classmethod
    def open(
        cls, root: Path, *, content: ContentMode | None = None, unit: Unit | None = None, salt: int | None = None
    ) -> Store:
        """Open the store in `root`, or make it; without a salt a new one gets one of its own.

        Raises:
            SettingsError: The store was made with another content mode, unit or salt, or by another version.
        """
        file = root / "settings.json"
        if not file.exists():
            salt = secrets.randbits(63) if salt is None else salt
            return cls._make(
                root, StoreSettings(version=STORE_VERSION, salt=salt, content=content or "sketch", unit=unit)
            )
        try:
            settings = StoreSettings(**json.loads(file.read_text()))
        except (ValueError, TypeError) as error:
            raise SettingsError(
                "the settings of the store cannot be read", where=str(file), mend="take another --store"
            ) from error
        if settings.version != STORE_VERSION:
            raise SettingsError(
                f"the store has version {settings.version}, this program writes {STORE_VERSION}",
                where=str(file),
                mend="take another --store and scan the logs again",
            )
        for name, wanted, stored in (("--content", content, settings.content), ("--unit", unit, settings.unit)):
            if wanted is not None and wanted != stored:
                raise SettingsError(
                    f"the store was made with {name} {stored or 'auto'}, not {wanted}",
                    where=str(root),
                    mend=f"leave {name} out, or take another --store",
                )
        if salt is not None and salt != settings.salt:
            raise SettingsError(
                "the store was made with another salt",
                where=str(root),
                mend="leave --salt-file out, or take another --store",
            )
        return cls(root, settings)

    @classmethod
    def _make(cls, root: Path, settings: StoreSettings) -> Store:
        for name in (*TABLES, "parts", "inputs"):
            (root / name).mkdir(parents=True, exist_ok=True)
        _write_atomically(root / "settings.json", json.dumps(asdict(settings), indent=1).encode(), private=True)
        return cls(root, settings)

    def parts(self) -> dict[str, Part]:
        """Every closed part by name."""
        return {
            file.stem: Part(**json.loads(file.read_bytes())) for file in sorted((self.root / "parts").glob("*.json"))
        }

    def inputs(self) -> tuple[StoredInput, ...]:
        return tuple(_read_input(file) for file in sorted((self.root / "inputs").glob("*.json")))

    def whole_input(self, path: str, sha256: str) -> StoredInput | None:
        """What is known of a log file that is in the store as it is now."""
        file = self._input_file(path)
        if not file.exists():
            return None
        known = _read_input(file)
        return known if known.sha256 == sha256 and all(self.has_part(name) for name in known.parts) else None

    def has_part(self, name: str) -> bool:
        return (self.root / "parts" / f"{name}.json").exists()

    def put_input(self, entry: StoredInput) -> None:
        _write_atomically(self._input_file(entry.path), json.dumps(asdict(entry)).encode())

    def drop_input(self, path: str) -> None:
        """Forget a log file; its parts go with the next `sweep`, unless another file has them too."""
        self._input_file(path).unlink(missing_ok=True)

    def _input_file(self, path: str) -> Path:
        return self.root / "inputs" / f"{_id_of(path)}.json"

    def rejects(self, inputs: Iterable[StoredInput]) -> Rejects:
        """Everything that was rejected in these inputs."""
        parts, total = self.parts(), Rejects()
        for entry in inputs:
            for plain in (entry.rejects, *(parts[name].rejects for name in entry.parts if name in parts)):
                examples = {
                    reason: tuple(Example(*one) for one in found) for reason, found in plain["examples"].items()
                }
                total = total + Rejects(counts=plain["counts"], examples=examples)
        return total

    def files(self, table: str) -> list[str]:
        """Paths of one table's closed parts that hold rows."""
        return [str(self.root / table / f"{part.name}.parquet") for part in self.parts().values() if part.exchanges]

    def sweep(self) -> int:
        """Remove parts that no input names any more and files of parts never closed; give how many parts went."""
        named = {name for entry in self.inputs() for name in entry.parts}
        closed = set(self.parts())
        for name in closed - named:
            (self.root / "parts" / f"{name}.json").unlink(missing_ok=True)
        kept = closed & named
        for leftover in self.root.glob(f"{WORK_PREFIX}*"):
            if not _is_running(leftover.name):
                shutil.rmtree(leftover, ignore_errors=True)
        for folder in ("parts", "inputs"):
            for leftover in (self.root / folder).glob("*.tmp"):
                leftover.unlink(missing_ok=True)
        for table in TABLES:
            for file in (self.root / table).iterdir():
                if file.stem not in kept:
                    file.unlink(missing_ok=True)
        return len(closed - named)


def work_prefix() -> str:
    """Beginning of the name of a folder that this process works in; `sweep` removes what a killed process left."""
    return f"{WORK_PREFIX}{os.getpid()}-"


def _is_running(folder: str) -> bool:
    """Whether the process that made a work folder still runs (or one of another user has its number now)."""
    try:
        os.kill(int(folder.removeprefix(WORK_PREFIX).partition("-")[0]), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def part_name(*identity: str) -> str:
    """Digest of what makes a part the same part: the block's bytes, the formats and the mapping."""
    return xxhash.xxh3_128_hexdigest("\x00".join(identity).encode())


def first_exchange_no(number: int) -> int:
    return number << PART_BITS


def part_of_exchange(exchange_no: int) -> int:
    """Number of the part that an exchange stands in."""
    return exchange_no >> PART_BITS


def write_part(
    root: Path, part: Part, tables: Iterable[Tables], *, close: bool = True, work: Path | None = None
) -> None:
    """Write a part's tables, then close it; without tables, close what an earlier call left open.

    Each file stands under a name of its own until it is whole: in the folder `work` of the same file system, or beside
    what it becomes. Once `work` is removed, nothing that was begun in it can become part of the store any more.
    """
    gathered = list(tables)
    if gathered:
        for name in TABLES:
            table = pa.concat_tables([getattr(one, name) for one in gathered])
            target = root / name / f"{part.name}.parquet"
            # Hashes do not repeat, so a dictionary only costs time there; names and sources do.
            plain = [field.name for field in table.schema if field.name in _UNREPEATED]
            repeated = [field.name for field in table.schema if field.name not in _UNREPEATED]
            temporary = _temporary(target, work)
            pq.write_table(
                table,
                temporary,
                compression="zstd",
                compression_level=1,
                use_dictionary=repeated,
                column_encoding=dict.fromkeys(plain, "PLAIN") or None,
            )
            temporary.replace(target)
    if close:
        _write_atomically(root / "parts" / f"{part.name}.json", json.dumps(asdict(part)).encode(), work=work)


def _read_input(file: Path) -> StoredInput:
    one = json.loads(file.read_bytes())
    return StoredInput(**{**one, "parts": tuple(one["parts"]), "formats": tuple(one["formats"])})


def _id_of(path: str) -> str:
    return xxhash.xxh3_64_hexdigest(path.encode("utf-8", "surrogateescape"))


def _temporary(target: Path, work: Path | None) -> Path:
    """A name that no other process takes, on this machine or on another that writes the same part."""
    return (work or target.parent) / f"{target.name}.{secrets.token_hex(8)}.tmp"


def _write_atomically(file: Path, content: bytes, *, private: bool = False, work: Path | None = None) -> None:
    temporary = _temporary(file, work)
    temporary.write_bytes(content)
    if private:
        temporary.chmod(0o600)
    temporary.replace(file)


@contextmanager
def hold(root: Path) -> Iterator[None]:
    """Hold the store for one writer; the system lets go when the process ends, however it ends.

    Raises:
        SettingsError: Another process writes to this store now.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SettingsError(
                "another process writes to this store", where=str(root), mend="wait for it, or take another --store"
            ) from error
        yield
