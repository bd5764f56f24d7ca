"""Fingerprints of public prompt sets, and where they lie.

    STORE/corpora/NAME.parquet      fingerprint, under the salt of the store: nobody needs the text any more
    FOLDER/NAME.prompts.parquet     a folder for several stores keeps the public text, since a salt goes into every
                                    word; a scan fingerprints it into its store when it first meets it

A fingerprint holds the very keys that the prompt sketch makes of a prompt. Keys that several items share (a form of
words that the whole set uses) tell no item apart and are left out.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.key_kind import KeyKind
from stillwatch.core.prompt_set import PromptSet
from stillwatch.logs.file_blocks import input_digest
from stillwatch.logs.prompt_file import read_prompts
from stillwatch.logs.prompt_keys import prompt_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from stillwatch.logs.store import Store

Ints = npt.NDArray[np.int64]

_FOLDER: Final = "corpora"
_TEXTS: Final = ".prompts.parquet"
_ABOUT: Final = b"stillwatch.prompt_set"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,79}")
_AT_ONCE: Final = 20_000
_KINDS: Final = (KeyKind.SHINGLE, KeyKind.HEAD, KeyKind.TAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    set: PromptSet
    exact: Ints
    """Exact key of each item, shape (items,); the items stand in the order of the file."""
    key_item: Ints
    """With `kind` and `key`, shape (k,): the keys that one item alone has, and whose they are."""
    kind: Ints
    key: Ints


def check_name(name: str) -> None:
    """Raises `InputError` where a set cannot have this name."""
    if not _NAME.fullmatch(name) or name.endswith(".prompts"):
        mend = "take letters, digits, '-', '_' and '.', such as gsm8k_train"
        raise InputError(f"{name!r} is no name for a prompt set", mend=mend)


def add_to_store(store: Store, name: str, path: Path, column: str | None, now: datetime) -> PromptSet:
    """Fingerprint a file into the store; a set of this name that is there already is replaced.

    Raises:
        InputError: The file cannot be read as prompts, or the name will not do.
        SettingsError: The store keeps no keys of prompts.
    """
    check_name(name)
    if store.settings.content == "none":
        mend = "take a store made with --content sketch or full"
        raise SettingsError("the store keeps no keys of prompts", where=str(store.root), mend=mend)
    texts = list(dict.fromkeys(read_prompts(path, column)))
    about = _about(name, path, now)
    return _written(store, _fingerprint(texts, about, store.settings.salt)).set


def add_to_folder(folder: Path, name: str, path: Path, column: str | None, now: datetime) -> PromptSet:
    """Keep the texts of a set in a folder that several stores share; raises as `add_to_store` does."""
    check_name(name)
    texts = list(dict.fromkeys(read_prompts(path, column)))
    known = _fingerprint(texts, _about(name, path, now), 0).set
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{name}{_TEXTS}", pa.table({"prompt": pa.array(texts, pa.large_string())}), known)
    return known


def take_over(store: Store, folder: Path) -> None:
    """Fingerprint into the store every set of a folder that it lacks or that has changed since."""
    known = {one.name: one for one in stored_sets(store.root / _FOLDER)}
    for file in sorted(folder.glob(f"*{_TEXTS}")):
        about = _read_about(file)
        if about.name not in known or known[about.name].sha256 != about.sha256:
            texts = pq.read_table(file)["prompt"].to_pylist()
            _written(store, _fingerprint(texts, about, store.settings.salt))


def stored_sets(folder: Path) -> tuple[PromptSet, ...]:
    """What a folder holds, by name: `STORE/corpora`, or a folder for several stores."""
    return tuple(sorted((_read_about(file) for file in folder.glob("*.parquet")), key=lambda one: one.name))


def remove_set(folder: Path, name: str) -> None:
    """Take a set away. Raises `InputError` where there is none of this name."""
    files = [file for file in folder.glob("*.parquet") if _read_about(file).name == name]
    if not files:
        names = ", ".join(one.name for one in stored_sets(folder)) or "none"
        raise InputError(f"there is no prompt set {name!r}", where=str(folder), mend=f"the folder holds: {names}")
    for file in files:
        file.unlink()


def fingerprints(store: Store) -> tuple[Fingerprint, ...]:
    """Every set of the store, by name."""
    found = []
    for about in stored_sets(store.root / _FOLDER):
        table = pq.read_table(store.root / _FOLDER / f"{about.name}.parquet")
        item, kind, key = (np.asarray(table[name].to_numpy(), np.int64) for name in ("item_no", "kind", "key"))
        is_exact = kind == KeyKind.EXACT
        exact = np.zeros(about.items, np.int64)
        exact[item[is_exact]] = key[is_exact]
        rest = ~is_exact
        found.append(Fingerprint(set=about, exact=exact, key_item=item[rest], kind=kind[rest], key=key[rest]))
    return tuple(found)


def copy_sets(store: Store, to: Store, anew: Callable[[Ints], Ints]) -> None:
    """Write the sets of one store into another one whose keys were made anew."""
    for one in fingerprints(store):
        _written(to, replace(one, exact=anew(one.exact), key=anew(one.key)))


def store_folder(root: Path) -> Path:
    """Where a store keeps its sets."""
    return root / _FOLDER


def _about(name: str, path: Path, now: datetime) -> PromptSet:
    return PromptSet(
        name=name,
        items=0,
        told_apart=0,
        source=path.name,
        sha256=input_digest(path),
        added_at=now.isoformat(timespec="seconds").replace("+00:00", "Z"),
    )


def _fingerprint(texts: Sequence[str], about: PromptSet, salt: int) -> Fingerprint:
    if not texts:
        raise InputError("the set holds no prompt", where=about.source, mend="name a file with prompts")
    exact, item, kind, key = (np.concatenate(columns) for columns in zip(*_sketched(texts, salt), strict=True))
    # Two texts that differ in case and spacing alone are one item.
    first = np.unique(exact, return_index=True)[1]
    number = np.full(len(exact), -1, np.int64)
    number[np.sort(first)] = np.arange(len(first))
    kept = (number[item] >= 0) & np.isin(kind, _KINDS)
    rows = np.unique(np.stack([kind[kept], key[kept], number[item[kept]]]), axis=1)
    is_new = np.append(True, (np.diff(rows[0]) != 0) | (np.diff(rows[1]) != 0))
    starts = np.flatnonzero(is_new)
    alone = np.diff(np.append(starts, rows.shape[1])) == 1
    rows = rows[:, starts[alone]]
    known = {**asdict(about), "items": len(first), "told_apart": len(np.unique(rows[2]))}
    return Fingerprint(set=PromptSet(**known), exact=exact[np.sort(first)], key_item=rows[2], kind=rows[0], key=rows[1])


def _sketched(texts: Sequence[str], salt: int) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
    """Exact keys, and item, kind and key of the others, batch by batch, as an exchange with this prompt would have."""
    for start in range(0, len(texts), _AT_ONCE):
        made = prompt_keys(texts[start : start + _AT_ONCE], salt)
        yield made.exact, made.text + start, made.kind, made.key


def _written(store: Store, made: Fingerprint) -> Fingerprint:
    folder = store_folder(store.root)
    folder.mkdir(exist_ok=True)
    items = np.arange(len(made.exact))
    columns = {
        "item_no": np.concatenate([items, made.key_item]),
        "kind": np.concatenate([np.full(len(items), int(KeyKind.EXACT)), made.kind]),
        "key": np.concatenate([made.exact, made.key]),
    }
    table = pa.table({name: np.asarray(values, np.int64) for name, values in columns.items()})
    _write(folder / f"{made.set.name}.parquet", table, made.set)
    return made


def _write(file: Path, table: pa.Table, about: PromptSet) -> None:
    temporary = file.with_suffix(f".{os.getpid()}.tmp")
    known = {_ABOUT: json.dumps(asdict(about)).encode()}
    pq.write_table(table.replace_schema_metadata(known), temporary, compression="zstd")
    temporary.replace(file)


def _read_about(file: Path) -> PromptSet:
    try:
        return PromptSet(**json.loads(pq.read_schema(file).metadata[_ABOUT]))
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        mend = "remove the file, or add the set again"
        raise InputError("this is no prompt set", where=str(file), mend=mend) from error
