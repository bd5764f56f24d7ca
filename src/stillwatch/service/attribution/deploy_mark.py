"""Give an engine its key, and keep a register of which engine marked with which key since when.

A later test needs the register: without the scheme, its parameters, the key and the tokenizer it would be guessing.

    FOLDER/deployed.jsonl   one line for each time that a configuration was handed out; it holds no secret
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.attribution.engine import configure, engine_named
from stillwatch.attribution.kind import Kind
from stillwatch.core.deployed_mark import DeployedMark
from stillwatch.core.errors import SettingsError
from stillwatch.service.attribution.read_deployed import read_deployed

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.attribution.engine import EngineConfig
    from stillwatch.attribution.scheme import Scheme
    from stillwatch.service.attribution.commit_keys import CommittedKey
    from stillwatch.service.attribution.mark_keys import MarkKeys

_REGISTER: Final = "deployed.jsonl"


class Handed(NamedTuple):
    config: EngineConfig
    deployed: DeployedMark


def deploy_mark(  # noqa: PLR0913  # all that the register must know
    ring: MarkKeys,
    engine: str,
    scheme: Scheme,
    key: CommittedKey,
    *,
    models: tuple[str, ...],
    tokenizer_sha256: str,
    at: datetime,
    tag: str = "",
) -> Handed:
    """The configuration of an engine; that it was handed out is registered first.

    Raises:
        InputError: The engine is unknown, or does not draw the scheme.
        SettingsError: The register cannot be written.
    """
    config = configure(engine, scheme, scheme.key_of(key.secret))
    deployed = DeployedMark(
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
        marks_greedy=scheme.kind is Kind.GREEN_LIST,
        tag=tag,
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


def deployed_marks(ring: MarkKeys) -> tuple[DeployedMark, ...]:
    """The register, the oldest first.

    Raises:
        SettingsError: A line of it cannot be read.
    """
    return read_deployed(ring.folder / _REGISTER)
