"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from small_bench import opened, small_settings
from stillwatch.attribution.detect import detect
from stillwatch.core.errors import InputError
from stillwatch.evaluation.distil.variant import VARIANTS, mark_of
from stillwatch.service.distil.judge_student import TOKEN_IDS
from stillwatch.service.distil.teach import marked_answers, of_stage, teach


def silent(stage, done, total):
    assert done <= total, stage


def taught(settings):
    return teach(settings, opened(settings), silent)


def test_the_progress_of_a_stage_has_its_name():
    seen = []
    of_stage(lambda *told: seen.append(told), "teacher")(1, 2)
    assert seen == [("teacher", 1, 2)]


def test_text_that_is_too_short_is_refused(tmp_path):
    (tmp_path / "text").write_text("short")
    with pytest.raises(InputError, match="tokens of text"):
        taught(small_settings(tmp_path, text=tmp_path / "text"))


@pytest.mark.slow
def test_plain_and_marked_answers_begin_with_other_parts_of_the_text(tmp_path):
    found = taught(small_settings(tmp_path))
    assert found.tokenizer_sha256 == TOKEN_IDS
    assert found.plain.shape == (40, 24)
    mark = mark_of(VARIANTS[0], bytes(32))
    marked = marked_answers("gumbel", found, mark, silent)
    halves = [{tuple(row[:8]) for row in half} for half in (found.learned[:20], found.learned[20:])]
    assert all(tuple(row[:8]) in halves[0] for row in found.plain)
    assert all(tuple(row[:8]) in halves[1] for row in marked)
    assert detect(tuple(marked[:, 8:]), mark.scheme, mark.key).log10_p < -8
    assert detect(tuple(found.plain[:, 8:]), mark.scheme, mark.key).log10_p > -3


@pytest.mark.slow
def test_given_text_is_cut_by_a_tokenizer_of_its_own(tmp_path):
    (tmp_path / "text").write_text("the cat sat on the mat and the dog sat on the log\n" * 60)
    found = taught(small_settings(tmp_path, text=tmp_path / "text"))
    assert (tmp_path / "tokenizer.json").exists()
    assert found.tokenizer_sha256 != TOKEN_IDS
    assert found.shape.symbols == 280
