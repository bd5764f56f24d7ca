from dataclasses import asdict

from stillwatch.evaluation.intervals import Measure
from stillwatch.evaluation.score import TrueCampaign, Truth, score
from stillwatch.evaluation.summary import summarise

TRUTH = Truth(
    campaigns=(TrueCampaign(name="fleet", operator_id="op", accounts=frozenset("abcd")),),
    kinds=dict.fromkeys("abcd", "harvest_fleet") | dict.fromkeys("wxyz", "classroom"),
    twins=frozenset("wxyz"),
)


def reported(accounts):
    members = [{"account_id": one, "standing": "operator"} for one in accounts]
    campaigns = [{"id": "c", "verdict": "campaign", "members": members}] if accounts else []
    return {"schema": "stillwatch.campaigns/1", "run": {"fdr": 0.01}, "campaigns": campaigns}


def test_seeds_are_brought_together():
    scores = [asdict(score(TRUTH, reported(accounts))) for accounts in ("abcd", "abwx", "")]
    found = summarise(scores)
    assert (found.seeds, found.recall.mean, found.precision) == (3, 0.5, Measure(0.75, 0.5, 1.0, 2))
    assert (found.twins_accused, found.benign_accused, found.stated_fdr) == ({"classroom": 2}, {}, 0.01)


def test_a_log_without_campaigns_has_no_recall():
    nobody = Truth(campaigns=(), kinds=TRUTH.kinds, twins=TRUTH.twins)
    found = summarise([asdict(score(nobody, reported("")))])
    assert (found.recall.mean, found.campaigns_found.mean, found.innocents_per_million.mean) == (None, None, 0.0)
