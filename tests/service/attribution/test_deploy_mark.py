"""What an engine is given is registered, and the register says everything that a later test must know."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from stillwatch.attribution.engine import configure
from stillwatch.attribution.key_ring import key_id_of, read_label
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.core.deployed_mark import DeployedMark
from stillwatch.core.errors import InputError
from stillwatch.service.attribution.commit_keys import CommittedKey
from stillwatch.service.attribution.deploy_mark import deploy_mark, deployed_marks
from stillwatch.service.attribution.mark_keys import MarkKeys

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LABEL = read_label("global/2026-11-16")


@pytest.fixture
def ring(tmp_path: Path) -> MarkKeys:
    return MarkKeys.make(tmp_path / "marks", begin=date(2026, 11, 16), days=7)


@pytest.fixture
def key(ring: MarkKeys) -> CommittedKey:
    secret = ring.secret(LABEL)
    return CommittedKey(LABEL, key_id_of(LABEL, secret), secret, 4)


def test_a_deployment_is_registered(ring: MarkKeys, key: CommittedKey) -> None:
    scheme = open_scheme("vllm_gumbel", {"context_width": 2})
    handed = deploy_mark(ring, "vllm", scheme, key, models=("m-1",), tokenizer_sha256="ab", at=NOW)
    assert handed.config == configure("vllm", scheme, scheme.key_of(key.secret))
    assert handed.deployed == DeployedMark(
        at=NOW,
        engine="vllm",
        release="0.33",
        models=("m-1",),
        scheme="vllm_gumbel",
        parameters={"context_width": 2},
        label="global/2026-11-16",
        key_id=key.id,
        leaf=4,
        tokenizer_sha256="ab",
    )
    deploy_mark(ring, "tensorrt_llm", scheme, key, models=(), tokenizer_sha256="", at=NOW)
    first, second = deployed_marks(ring)
    assert (first, second.engine) == (handed.deployed, "tensorrt_llm")
    assert key.secret.hex() not in (ring.folder / "deployed.jsonl").read_text("utf-8")


def test_what_is_refused_is_not_registered(ring: MarkKeys, key: CommittedKey) -> None:
    with pytest.raises(InputError, match="does not draw"):
        deploy_mark(ring, "sglang", open_scheme("vllm_gumbel"), key, models=(), tokenizer_sha256="", at=NOW)
    assert deployed_marks(ring) == ()


def test_the_register_says_which_schemes_mark_answers_drawn_without_chance(ring: MarkKeys, key: CommittedKey) -> None:
    for name in ("vllm_gumbel", "vllm_sbw"):
        deploy_mark(ring, "vllm", open_scheme(name), key, models=(), tokenizer_sha256="", at=NOW, tag="pool-2")
    assert [(one.marks_greedy, one.tag) for one in deployed_marks(ring)] == [(False, "pool-2"), (True, "pool-2")]
