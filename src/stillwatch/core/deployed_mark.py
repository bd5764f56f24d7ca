"""What an engine was told to mark its answers with, from a moment on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedMark:
    """One line of the register of deployments; it holds no secret."""

    at: datetime
    """When its configuration was handed out; it holds until the next one for the same models and tag."""
    engine: str
    release: str
    """Whose interface the configuration was written for."""
    models: tuple[str, ...]
    """That it serves, as customers name them; none = all."""
    scheme: str
    parameters: Mapping[str, Any]
    label: str
    """Of the key, with its epoch: global/2026-11-16."""
    key_id: str
    leaf: int
    """Of the transparency log, where the key was committed to."""
    tokenizer_sha256: str
    """Of the tokenizer's file; empty where it was not given."""
    marks_greedy: bool = False
    """Whether it marks answers that are drawn without chance: green lists do, the others cannot."""
    tag: str = ""
    """Of the guard's policy, which sends a request to this engine among those of a model; empty = no tag does."""
