from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.detect import contexts_of
from stillwatch.attribution.eprocess import EProcess
from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.attribution.slot import Slot
from stillwatch.core.errors import InputError
from stillwatch.evaluation.small_language import CountingStudent, SmallLanguage

GUMBEL = open_scheme("gumbel_siphash")
LANGUAGE = SmallLanguage.of(symbols=39, seed=1)
KEY = GUMBEL.key_of(bytes(range(16)))


def entered(*calls, scheme=GUMBEL, prompt_contexts=None):
    process = EProcess(scheme, scheme.key_of(bytes(range(16))), prompt_contexts=prompt_contexts)
    for replies in calls:
        process.read(replies)
    return process


def test_a_context_enters_when_it_is_seen_for_the_second_time_and_never_again():
    assert entered([[1, 2, 3]]).seeds == 0
    assert entered([[1, 2, 3], [1, 2, 4]]).seeds == 1
    assert entered([[1, 2, 3], [1, 2, 4], [1, 2, 5], [1, 2, 5]]).seeds == 1
    assert entered([[1, 2, 3], [1, 2, 4]]).log10_p == entered([[1, 2, 3], [1, 2, 3]]).log10_p


def test_it_does_not_matter_how_replies_are_cut_into_calls():
    texts = LANGUAGE.sample(sequences=30, length=60, seed=5, mark=Mark(scheme=GUMBEL, key=KEY))
    once, often = entered(texts), entered(*([text] for text in texts))
    assert (once.seeds, round(once.log10_p, 9)) == (often.seeds, round(often.log10_p, 9))
    assert once.log10_p < -10


def test_what_stands_in_a_prompt_never_enters():
    prompts = contexts_of([[1, 2]], GUMBEL)
    assert entered([[1, 2, 3], [1, 2, 3]], prompt_contexts=prompts).seeds == 0


def test_of_a_key_that_shares_answers_the_contexts_of_its_slot_enter():
    texts = LANGUAGE.sample(sequences=30, length=60, seed=5)
    whole = entered(texts)
    parts = []
    for layer in (0, 1):
        part = EProcess(GUMBEL, KEY, slot=Slot(bytes(range(16)), 2, layer))
        part.read(texts)
        parts.append(part.under(KEY).seeds)
    assert min(parts) > 0
    assert sum(parts) == whole.seeds


@pytest.mark.parametrize("name", ["gumbel_siphash", "green_siphash", "vllm_dual_key_gumbel", "tournament_siphash"])
def test_whoever_stops_when_it_looks_best_is_wrong_at_most_as_often_as_stated(name):
    """Ville's inequality over fresh keys: the best moment of each run, on one unmarked text."""
    scheme = open_scheme(name, {"context_width": 2} if "vllm" not in name and "hf" not in name else {})
    texts = LANGUAGE.sample(sequences=16, length=60, seed=6)
    log10_ps = []
    for number in range(100):
        process = EProcess(scheme, scheme.key_of(number.to_bytes(16)))
        process.read(texts)
        log10_ps.append(process.log10_p)
    assert np.mean(np.array(log10_ps) <= np.log10(0.05)) <= 0.08
    assert min(log10_ps) > -4


def test_a_student_of_marked_text_is_found_before_all_its_text_was_asked_for():
    marked = LANGUAGE.sample(sequences=100, length=100, seed=7, mark=Mark(scheme=GUMBEL, key=KEY))
    suspect = CountingStudent.of(marked, symbols=39).sample(sequences=150, length=60, seed=8)
    process = EProcess(GUMBEL, KEY)
    process.read(suspect[:50])
    early = process.log10_p
    process.read(suspect[50:])
    assert process.log10_p < early < -6


def test_a_mark_of_one_list_is_refused():
    scheme = open_scheme("unigram")
    with pytest.raises(InputError, match="one list for all contexts"):
        EProcess(scheme, scheme.key_of(bytes(16)))
