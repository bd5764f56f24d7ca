import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.score import read_reported, read_truth, score

GROUPS = {  # population: (label, kind, operator, accounts)
    "alpha": ("campaign", "harvest_fleet", "op1", "abcd"),
    "beta": ("campaign", "harvest_fleet", "op2", "ef"),
    "course": ("twin", "classroom", "op3", "rstu"),
    "people": ("benign", "chat_people", "op4", "wxyz"),
}


@pytest.fixture
def truth_path(tmp_path):
    rows = [
        {"account_id": account, "label": label, "population": name, "kind": kind, "operator_id": operator}
        for name, (label, kind, operator, accounts) in GROUPS.items()
        for account in accounts
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "truth.parquet")
    return tmp_path / "truth.parquet"


def reported(*campaigns):
    listed = []
    for number, (verdict, accounts, victims) in enumerate(campaigns):
        members = [{"account_id": one, "standing": "victim" if one in victims else "operator"} for one in accounts]
        listed.append({"id": f"c{number}", "verdict": verdict, "members": members})
    return {"schema": "stillwatch.campaigns/1", "campaigns": listed}


@pytest.mark.parametrize(
    ("campaigns", "expected"),
    [
        pytest.param([("campaign", "abcd", ""), ("campaign", "ef", "")], (2, 1.0, 1.0, 0, {}), id="perfect"),
        pytest.param([], (0, 1.0, 0.0, 0, {}), id="silent"),
        pytest.param([("campaign", "abcr", "")], (1, 0.75, 0.5, 1, {"classroom": 1}), id="one twin too many"),
        pytest.param([("campaign", "abcdr", "r")], (1, 1.0, 0.6667, 0, {}), id="victims are not accused"),
        pytest.param([("review", "rstu", "")], (0, 1.0, 0.0, 0, {}), id="review accuses nobody"),
        pytest.param([("campaign", "abcdef", "")], (1, 1.0, 1.0, 0, {}), id="merged: the larger is found"),
        pytest.param([("campaign", "rstu", "")], (0, 0.0, 0.0, 4, {"classroom": 4}), id="a class accused"),
    ],
)  # fmt: skip
def test_hand_made_cases(truth_path, campaigns, expected):
    got = score(read_truth(truth_path), reported(*campaigns))
    assert (got.found, got.precision, got.recall, got.innocents_accused, got.twins_accused) == expected


def test_precision_and_recall_of_one_campaign(truth_path):
    got = score(read_truth(truth_path), reported(("campaign", "abcw", ""))).campaigns[0]
    assert (got.name, got.matched, got.precision, got.recall, got.found) == ("alpha", "c0", 0.75, 0.75, True)


def test_twins_under_review_and_strangers_are_told(truth_path):
    got = score(read_truth(truth_path), reported(("review", "rs", ""), ("campaign", "wx!", "")))
    assert got.twins_under_review == {"classroom": 2}
    assert got.benign_accused == {"chat_people": 2, "not in the truth": 1}
    assert got.false_campaigns == 1


def test_other_documents_are_refused(tmp_path):
    (tmp_path / "c.json").write_text("{}")
    with pytest.raises(InputError, match="not a campaigns document"):
        read_reported(tmp_path / "c.json")
