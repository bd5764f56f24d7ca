"""Contexts are counted out of what was served while the key was in force, by the models that were marked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from exchange_log import exchange, quiet, write_log
from stillwatch.attribution.key_ring import read_label
from stillwatch.attribution.pair_table import Counted
from stillwatch.core.errors import InputError
from stillwatch.logs.reading import Reading
from stillwatch.service.attribution.read_served import Served, read_served
from stillwatch.service.attribution.served_contexts import ServedLogs, digest_of_served
from stillwatch.service.attribution.tokenise import Tokeniser

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.core.mark_label import MarkLabel

NOON = int(datetime(2026, 11, 18, 12, tzinfo=UTC).timestamp()) * 10**9
WEEK = 7 * 86_400 * 10**9
THIS = read_label("global/2026-11-16")


def counted(tmp_path: Path, label: MarkLabel, *models_: str, register: Served | None = None) -> Counted:
    made = Tokenizer(models.WordLevel({"a": 4, "b": 5, "c": 6}, unk_token="c"))  # noqa: S106  # no secret
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.save(str(tmp_path / "t.json"))
    log = write_log(
        tmp_path / "log.jsonl",
        [
            exchange(1, started_at=NOON, reply_text="a b a b"),
            exchange(2, started_at=NOON, reply_text="a b c", request_model="other"),
            exchange(3, started_at=NOON + WEEK, reply_text="c c c"),
            exchange(4, started_at=NOON, reply_text=None),
        ],
    )
    logs = ServedLogs([str(log)], Reading(), Tokeniser(tmp_path / "t.json"), models=models_, register=register)
    return logs.contexts(label, 7, width=2, progress=quiet)


def test_those_of_the_epoch(tmp_path: Path) -> None:
    found = counted(tmp_path, THIS)
    assert dict(zip(map(tuple, found.contexts.tolist()), found.counts.tolist(), strict=True)) == {(4, 5): 2, (5, 4): 1}


def test_those_of_marked_models(tmp_path: Path) -> None:
    found = counted(tmp_path, THIS, "oth*")
    assert found.contexts.tolist() == [[4, 5]]


def test_a_grant_has_no_epoch(tmp_path: Path) -> None:
    assert counted(tmp_path, read_label("grant/g-1")).counts.sum() == 4


def test_those_that_the_register_says_are_marked_whatever_the_day(tmp_path: Path) -> None:
    file = tmp_path / "served.jsonl"
    ids = {number: exchange(number)["record_id"] for number in (1, 2, 3)}
    marked = {2: "yes", 1: "no", 3: "yes"}
    lines = [
        f'{{"at": "2026-11-18", "ids": ["{ids[number]}"], "carries": "{carries}", "label": "{THIS}"}}\n'
        for number, carries in marked.items()
    ]
    file.write_text("".join(lines), "utf-8")
    found = counted(tmp_path, THIS, register=read_served([str(file)]))
    assert dict(zip(map(tuple, found.contexts.tolist()), found.counts.tolist(), strict=True)) == {(4, 5): 1, (6, 6): 1}


def test_nothing_served_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing was served under global/2026-12-07"):
        counted(tmp_path, read_label("global/2026-12-07"))


def test_a_digest_hangs_on_every_count_and_on_no_order(tmp_path: Path) -> None:
    found = counted(tmp_path, THIS)
    turned = Counted(found.contexts[::-1], found.counts[::-1])
    other = Counted(found.contexts, found.counts + 1)
    assert digest_of_served({"a": found}) == digest_of_served({"a": turned})
    assert len({digest_of_served({"a": found}), digest_of_served({"b": found}), digest_of_served({"a": other})}) == 3
    assert digest_of_served({}) == ""
