import numpy as np
import pytest

from stillwatch.evaluation.weak_models import Labelled, auc_by_account, logistic_scores, ngram_matrix, ngram_scores


@pytest.fixture
def labelled():
    account = np.repeat(np.arange(20), 15)
    return Labelled(account, account < 10)


def test_content_that_differs_is_told(labelled):
    texts = [
        f"write a poem about {n}" if mine else f"add {n} and {n + 1}" for n, mine in enumerate(labelled.is_campaign)
    ]
    assert auc_by_account(ngram_scores(ngram_matrix(texts), labelled), labelled).auc > 0.95


def test_content_of_one_set_is_not(labelled):
    rng = np.random.default_rng(2)
    texts = [f"item {number} of the list" for number in rng.integers(0, 400, len(labelled.account))]
    found = auc_by_account(ngram_scores(ngram_matrix(texts), labelled), labelled)
    assert found.low < 0.5 < found.high
    assert 0.4 < found.auc < 0.6


def test_lengths_that_differ_are_told_in_either_direction(labelled):
    rng = np.random.default_rng(3)
    noise = rng.normal(size=(len(labelled.account), 1))
    assert auc_by_account(logistic_scores(noise + 3.0 * labelled.is_campaign[:, None], labelled), labelled).auc > 0.9
    wider = noise * np.where(labelled.is_campaign, 5.0, 1.0)[:, None]
    assert auc_by_account(logistic_scores(wider, labelled), labelled).auc > 0.75
    assert 0.35 < auc_by_account(logistic_scores(noise, labelled), labelled).auc < 0.65


def test_an_account_that_repeats_itself_is_not_learned_by_heart(labelled):
    texts = [f"the very own words of account {account} again" for account in labelled.account]
    assert auc_by_account(ngram_scores(ngram_matrix(texts), labelled), labelled).auc < 0.75


def test_empty_and_missing_texts():
    assert ngram_matrix(["", None, "ab"]).shape[0] == 3
