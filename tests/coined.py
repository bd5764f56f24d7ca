"""Invented answers in which each choice of the English codebook stands once, and what a model of served ones writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.wordings import english_wordings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def answers(count: int, *, seed: int, likely: Sequence[bool] = ()) -> list[str]:
    """Each says all choices; of `likely`, the side that is said nine times out of ten, else each side half the time."""
    choices = english_wordings().choices
    chance = np.where(np.array(likely, bool), 0.9, 0.1) if len(likely) else np.full(len(choices), 0.5)
    drawn = np.random.default_rng(seed).random((count, len(choices))) < chance
    rows = [[one.second if side else one.first for one, side in zip(choices, row, strict=True)] for row in drawn]
    return [" ; ".join(row) for row in rows]


def written(path: Path, texts: Sequence[str]) -> Path:
    """The file of outputs."""
    path.write_text("".join(json.dumps({"n": at, "text": text}) + "\n" for at, text in enumerate(texts)), "utf-8")
    return path
