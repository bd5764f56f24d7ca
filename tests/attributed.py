"""A teacher that marks, a student of half marked text, and a clean one, as files of token ids; and a ring and a log."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.attribution.key_ring import read_label
from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.evaluation.small_language import CountingStudent, SmallLanguage
from stillwatch.service.attribution.commit_keys import commit_keys
from stillwatch.service.attribution.mark_keys import MarkKeys
from stillwatch.service.evidence.evidence_log import EvidenceLog

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
LABEL: Final = "global/2026-11-16"
TEST: Final = f"{LABEL}=gumbel_siphash,context_width=2:mode"
_SYMBOLS: Final = 39


class Site(NamedTuple):
    ring: MarkKeys
    log: EvidenceLog
    suspect: Path
    base: Path
    public: Path
    probes: Path


def site_in(folder: Path) -> Site:
    """About 7,000 tokens of a suspect that learned from half marked text."""
    ring = MarkKeys.make(folder / "marks", begin=date(2026, 11, 16), days=7)
    log = EvidenceLog.make(folder / "evidence", "log.example/a", clock=NOW.timestamp)
    commit_keys(ring, [read_label(LABEL)], log, at=NOW)
    scheme = open_scheme("gumbel_siphash", {"context_width": 2})
    mark = Mark(scheme=scheme, key=scheme.key_of(ring.secret(read_label(LABEL))))
    language = SmallLanguage.of(symbols=_SYMBOLS, seed=1)
    marked = language.sample(sequences=120, length=150, seed=2, mark=mark)
    plain = language.sample(sequences=240, length=150, seed=3)
    half = np.concatenate([marked, plain[:120]])
    suspect = CountingStudent.of(half, symbols=_SYMBOLS).sample(sequences=70, length=100, seed=4)
    base = CountingStudent.of(plain, symbols=_SYMBOLS).sample(sequences=70, length=100, seed=5)
    (folder / "probes.txt").write_text("one random token\n", "utf-8")
    return Site(
        ring,
        log,
        _written(folder / "suspect.jsonl", suspect),
        _written(folder / "base.jsonl", base),
        _written(folder / "public.jsonl", language.sample(sequences=70, length=100, seed=6)),
        folder / "probes.txt",
    )


def _written(path: Path, texts: npt.NDArray[np.int64]) -> Path:
    lines = (json.dumps({"n": number, "tokens": text.tolist()}) for number, text in enumerate(texts))
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path
