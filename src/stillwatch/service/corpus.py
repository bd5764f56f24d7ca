"""Public prompt sets: add one to a store or to a folder for several stores, list them, take one away.

corpus_add("gsm8k_train", Path("gsm8k_train.jsonl"), Place(store=Path("out/store")), now=datetime.now(UTC)).items
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stillwatch.core.errors import SettingsError
from stillwatch.logs.corpora import add_to_folder, add_to_store, remove_set, store_folder, stored_sets
from stillwatch.logs.store import hold
from stillwatch.service.store_info import open_existing

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.prompt_set import PromptSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where prompt sets lie: in one store, or in a folder that several stores share; exactly one is given."""

    store: Path | None = None
    corpora: Path | None = None


def corpus_add(name: str, file: Path, place: Place, *, column: str | None, now: datetime) -> PromptSet:
    """Fingerprint the prompts of a file under `name`; a set of this name that is there already is replaced.

    Raises:
        InputError: The file cannot be read as prompts, the name will not do, or there is no store.
        SettingsError: The store keeps no keys of prompts, or another process writes to it.
    """
    _check(place)
    if place.corpora is not None:
        return add_to_folder(place.corpora, name, file, column, now)
    root = _root(place)
    store = open_existing(root)
    with hold(root):
        return add_to_store(store, name, file, column, now)


def corpus_list(place: Place) -> tuple[PromptSet, ...]:
    """The sets of a place, by name. Raises `InputError` where there is no store."""
    return stored_sets(_folder(place))


def corpus_remove(name: str, place: Place) -> None:
    """Take a set away. Raises `InputError` where there is none of this name."""
    remove_set(_folder(place), name)


def _folder(place: Place) -> Path:
    _check(place)
    return place.corpora if place.corpora is not None else store_folder(open_existing(_root(place)).root)


def _root(place: Place) -> Path:
    if place.store is None:
        raise SettingsError("nothing says where the prompt sets lie", mend="name a store or a folder")
    return place.store


def _check(place: Place) -> None:
    if (place.store is None) == (place.corpora is None):
        raise SettingsError("prompt sets lie in one place", mend="name either a store or a folder of prompt sets")
