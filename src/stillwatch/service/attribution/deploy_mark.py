"""Give an engine its key, and keep a register of which engine marked with which key since when.

A later test needs the register: without the scheme, its parameters, the key and the tokenizer it would be guessing.

    FOLDER/deployed.jsonl   one line for each time that a configuration was handed out; it holds no secret
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.attribution.engine import configure, engine_named
from stillwatch.attribution.key_ring import read_label
from stillwatch.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stillwatch.attribution.engine import EngineConfig
    from stillwatch.attribution.scheme import Scheme
    from stillwatch.service.attribution.commit_keys import CommittedKey
    from stillwatch.service.attribution.mark_keys import MarkKeys

_REGISTER: Final = "deployed.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What an engine was told to mark with, from a moment on."""

    at: datetime
    engine: str
    release: str
    """Whose interface the configuration was written for."""
    models: tuple[str, ...]
    """That it serves, as customers name them."""
    scheme: str
    parameters: Mapping[str, Any]
    label: str
    key_id: str
    leaf: int
    """Of the transparency log, where the key was committed to."""
    tokenizer_sha256: str
    """Of the tokenizer's file; empty where it was not given."""


class Handed(NamedTuple):
    config: EngineConfig
    deployed: Deployed


def deploy_mark(  # noqa: PLR0913  # all that the register must know
    ring: MarkKeys,
    engine: str,
    scheme: Scheme,
    key: CommittedKey,
    *,
    models: tuple[str, ...],
    tokenizer_sha256: str,
    at: datetime,
) -> Handed:
    """The configuration of an engine; that it was handed out is registered first.

    Raises:
        InputError: The engine is unknown, or does not draw the scheme.
        SettingsError: The register cannot be written.
    """
    config = configure(engine, scheme, scheme.key_of(key.secret))
    deployed = Deployed(
        at=at,
        engine=engine,
        release=engine_named(engine).release,
        models=models,
        scheme=scheme.name,
        parameters=dict(scheme.parameters),
        label=str(key.label),
        key_id=key.id,
        leaf=key.leaf,
        tokenizer_sha256=tokenizer_sha256,
    )
    line = json.dumps(asdict(deployed) | {"at": at.isoformat()}, ensure_ascii=False)
    try:
        with (ring.folder / _REGISTER).open("a", encoding="utf-8") as register:
            register.write(line + "\n")
    except OSError as error:
        mend = "free some space, or set its permissions right"
        where = str(ring.folder / _REGISTER)
        raise SettingsError(f"cannot be written: {error.strerror}", where=where, mend=mend) from error
    return Handed(config, deployed)


def deployed_marks(ring: MarkKeys) -> tuple[Deployed, ...]:
    """The register, the oldest first.

    Raises:
        SettingsError: A line of it cannot be read.
    """
    path = ring.folder / _REGISTER
    return tuple(_read(path.read_text("utf-8").splitlines(), str(path))) if path.exists() else ()


def _read(lines: list[str], where: str) -> Iterator[Deployed]:
    for number, line in enumerate(lines, 1):
        try:
            plain = json.loads(line)
            known = plain | {"at": datetime.fromisoformat(plain["at"]), "models": tuple(plain["models"])}
            yield Deployed(**known)
            read_label(plain["label"])
        except (ValueError, KeyError, TypeError) as error:
            mend = "restore the register from its copy"
            raise SettingsError(f"no deployment: {error}", where=f"{where}:{number}", mend=mend) from error
