from __future__ import annotations

import numpy as np
import pytest

from stillwatch.evaluation.distil.soft_labels import LogprobPolicy, served
from stillwatch.guard.logprob_bounds import bound_logprobs

RANDOM = np.random.default_rng(1)
SHARES = RANDOM.dirichlet(np.full(9, 0.4), size=(3, 4))
EXACT = np.log(SHARES)


def as_reply(row):
    tops = [[{"token": str(at), "logprob": float(one)} for at, one in enumerate(place)] for place in row]
    return {"choices": [{"logprobs": {"content": [{"top_logprobs": top} for top in tops]}}]}


@pytest.mark.parametrize(("most", "decimals"), [(5, 2), (1, 1), (3, 0), (0, 0)])
def test_labels_are_what_the_guard_leaves_of_a_reply(most, decimals):
    labels = served(EXACT, LogprobPolicy("any", most, decimals))
    for row, exact in enumerate(EXACT):
        bounded = bound_logprobs(as_reply(exact), most=most, decimals=decimals)["choices"][0]["logprobs"]["content"]
        for place, one in enumerate(bounded):
            told = sorted(one["top_logprobs"], key=lambda top: int(top["token"]))
            order = np.argsort(labels.tokens[row, place])
            assert [int(top["token"]) for top in told] == labels.tokens[row, place][order].tolist()
            shares = np.exp([top["logprob"] for top in told])
            whole = max(1.0, shares.sum())
            assert labels.shares[row, place][order] == pytest.approx(shares / whole)


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_shares_and_rest_are_one_whole(decimals):
    labels = served(EXACT, LogprobPolicy("any", 4, decimals))
    assert labels.shares.sum(-1) + labels.rest == pytest.approx(np.ones((3, 4)))
    assert (labels.rest >= 0).all()
