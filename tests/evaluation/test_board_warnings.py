from board_factory import SCORE, log

from stillwatch.evaluation.board_warnings import WarningRow, warning_rows


def scored(*, false, innocents):
    return {"stillwatch": SCORE | {"warnings": {"false_warnings": false, "innocents_per_million": innocents}}}


def lead(warned_after, flagged_after):
    return {
        "operator_id": "op", "kinds": ["variant_sweep"] if warned_after is not None else [], "exchanges": 1000,
        "warned_after": warned_after, "flagged_after": flagged_after, "innocents": 0,
    }  # fmt: skip


def test_rows_bring_seeds_together_and_leave_out_what_is_quiet():
    logs = [
        log("sweep", detectors=scored(false=0, innocents=0.0), warnings={"leads": [lead(0, 300)]}),
        log("sweep", seed=2, detectors=scored(false=1, innocents=50.0), warnings={"leads": [lead(None, 200)]}),
        log("benign_only", detectors=scored(false=2, innocents=10.0)),
        log("rate_026", detectors=scored(false=0, innocents=0.0)),
    ]
    assert warning_rows(logs) == (
        WarningRow("benign_only", 1, 0, 0, (), None, None, 2, 10.0),
        WarningRow("sweep", 2, 2, 1, ("variant_sweep",), 300.0, 0.3, 1, 25.0),
    )


def test_a_campaign_that_is_never_reported_counts_to_its_end():
    logs = [log("sweep", detectors=scored(false=0, innocents=0.0), warnings={"leads": [lead(100, None)]})]
    assert [(row.lead_exchanges, row.lead_share) for row in warning_rows(logs)] == [(900.0, 0.9)]
