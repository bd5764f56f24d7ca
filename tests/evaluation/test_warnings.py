import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.evaluation.warnings import Lead, leads, read_precursors, score_warnings

HOUR = 3_600_000_000_000


@pytest.fixture
def truth_path(tmp_path):
    """Operator op1 sweeps on s and t in the first hours, then harvests on a to d; people are w to z."""
    rows = [
        {"account_id": account, "label": label, "population": label, "kind": label, "operator_id": operator,
         "precursor": precursor, "started_at": hour * HOUR}
        for label, operator, precursor, accounts, hours in (
            ("precursor", "op1", "variant_sweep", "st", range(4)),
            ("campaign", "op1", "", "abcd", range(4, 24)),
            ("benign", "op2", "", "wxyz", range(24)),
        )
        for account in accounts
        for hour in hours
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "truth.parquet")
    return tmp_path / "truth.parquet"


def document(*warnings, accused=""):
    members = [{"account_id": one, "standing": "operator"} for one in accused]
    return {
        "schema": "stillwatch.campaigns/1",
        "early_warnings": [{"kind": kind, "accounts": list(accounts)} for kind, accounts in warnings],
        "campaigns": [{"id": "c", "verdict": "campaign", "members": members}] if accused else [],
    }


@pytest.mark.parametrize(
    ("warnings", "expected"),
    [
        pytest.param([("variant_sweep", "st")], (1.0, 0, 0), id="warned of"),
        pytest.param([], (0.0, 0, 0), id="silent"),
        pytest.param([("countermeasure_probe", "st")], (0.0, 0, 0), id="of another kind, but not false"),
        pytest.param([("variant_sweep", "sw")], (1.0, 0, 1), id="one innocent beside them"),
        pytest.param([("variant_sweep", "swx")], (0.0, 1, 2), id="mostly innocents"),
    ],
)
def test_hand_made_cases(truth_path, warnings, expected):
    got = score_warnings(read_precursors(truth_path), document(*warnings))
    assert (got.recall, got.false_warnings, got.innocents_warned_of) == expected


def test_innocents_are_counted_by_the_million(truth_path):
    assert score_warnings(read_precursors(truth_path), document(("x", "w"))).innocents_per_million == 250_000.0


def test_a_truth_without_precursors_has_none(truth_path):
    pq.write_table(pq.read_table(truth_path).drop_columns(["precursor"]), truth_path)
    assert read_precursors(truth_path).listed == ()
    assert leads(truth_path, lambda _: document(), 1.0) == ()


def test_the_lead_is_what_was_sent_between_warning_and_report(truth_path):
    def detect(until):
        if until < 2 * HOUR:
            return document(("variant_sweep", "w"))
        return document(("variant_sweep", "st"), accused="abcd" if until >= 9 * HOUR else "")

    assert leads(truth_path, detect, 1.0) == (Lead("op1", ("variant_sweep",), 80, 0, 20, 1),)


def test_what_is_warned_of_and_never_reported_leads_to_the_end(truth_path):
    (found,) = leads(truth_path, lambda _: document(("variant_sweep", "st")), 6.0)
    assert (found.warned_after, found.flagged_after, found.lead) == (8, None, 72)
