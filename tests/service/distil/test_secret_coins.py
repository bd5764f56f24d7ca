from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.plan import Access
from stillwatch.attribution.sign_test import sign_test
from stillwatch.service.distil.judge_student import TOKEN_IDS, open_vault
from stillwatch.service.distil.secret_coins import Asked, committed_coins, decoy_share, key_name, note_coin_plan

NAMES = [f"choice {number}" for number in range(60)]


@pytest.fixture
def vault(tmp_path):
    return open_vault(tmp_path)


def test_coins_are_committed_to_once_and_stay(vault):
    coins = committed_coins(vault, "book", NAMES)
    assert vault.log.size == 1
    again = open_vault(vault.ring.folder.parent)
    assert (committed_coins(again, "book", NAMES) == coins).all()
    assert again.log.size == 1
    assert key_name(vault, "book").startswith("codebook/book/")
    assert (committed_coins(vault, "other", NAMES) != coins).any()


def test_decoys_find_as_often_as_chance_does_what_the_key_finds_at_once(vault):
    leanings = np.where(committed_coins(vault, "book", NAMES), 1, -1)
    assert sign_test(leanings, committed_coins(vault, "book", NAMES)).log10_p < -17
    assert 0.02 <= decoy_share(leanings, vault, "book", NAMES) <= 0.08


def test_a_plan_is_noted_once(vault):
    asked = Asked(Access.QUERIED, "weights that we ran", TOKEN_IDS, TOKEN_IDS, 50_000)
    leaf = note_coin_plan(vault, "student", "book", "codebook", asked)
    assert vault.log.size == leaf + 1
