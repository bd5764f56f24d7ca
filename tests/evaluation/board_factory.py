"""A small board on disk in one short call: two scenarios, a baseline, parts, leaks and a failure."""

import orjson

from stillwatch.evaluation.intervals import Measure

SCORE = {
    "campaigns": [{"name": "campaign", "operator_id": "op", "accounts": 30, "matched": "c", "precision": 1.0,
                   "recall": 1.0, "found": True}],
    "found": 1, "reported": 1, "under_review": 0, "false_campaigns": 0, "precision": 1.0, "recall": 1.0,
    "innocents_accused": 0, "innocents_accused_per_million": 0.0, "twins_accused": {}, "twins_under_review": {},
    "benign_accused": {}, "operators_separated": 1, "purity": 1.0, "v_measure": 1.0, "false_share": 0.0,
    "stated_fdr": 0.01, "cpu_s": 3.0,
}  # fmt: skip
MISSED = SCORE | {"found": 0, "reported": 0, "recall": 0.0, "operators_separated": 0, "v_measure": 0.0}
ACCUSED = SCORE | {"twins_accused": {"classroom": 4}, "innocents_accused": 4, "innocents_accused_per_million": 4000.0,
                   "precision": 0.88}  # fmt: skip
SUITE = {
    "campaign": "campaign", "twins": ["declared", "failover"], "campaign_accounts": 30, "twin_accounts": 6,
    "leaks": [{"baseline": name, "auc": auc, "low": auc - 0.1, "high": auc + 0.1}
              for name, auc in (("content", 0.52), ("length", 0.5), ("volume", 0.83))],
    "is_matched": True, "is_refused": True, "because": "volume alone tells them apart (AUC 0.83)",
}  # fmt: skip
FULL = Measure(1.0, None, None, 1)


def log(scenario, seed=1, code="aaa", detectors=None, **more):
    return {"scenario": scenario, "seed": seed, "scale": 0.5, "code": code, "exchanges": 1000, "accounts": 200,
            "detectors": detectors or {"stillwatch": SCORE}, **more}  # fmt: skip


LOGS = (
    log("rate_026", detectors={"stillwatch": SCORE, "without:handover": SCORE, "only:handover": MISSED,
                               "baseline:risk_score": ACCUSED},
        exposure={"campaigns": [{"name": "campaign", "operator_id": "op", "flagged_after_h": 24.0,
                                 "exchanges_share": 0.2, "tokens_share": 0.3}]},
        leaks={"suites": [SUITE, SUITE | {"is_matched": False, "twins": ["declared"]}]}),
    log("rate_026", seed=2, detectors={"stillwatch": ACCUSED}),
    log("cover_90", detectors={"stillwatch": MISSED}),
    log("benign_only", detectors={"stillwatch": MISSED | {"campaigns": []}}),
    log("replay", detectors={"stillwatch": {"error": "ValueError: <b>broken</b>"}}),
)  # fmt: skip


def write_board(folder, logs=LOGS, reasons='cover_90 = "Too <little> is left to share."\n'):
    folder.mkdir(parents=True, exist_ok=True)
    for one in logs:
        (folder / f"{one['scenario']}-{one['seed']}.json").write_bytes(orjson.dumps(one))
    (folder / "reasons.toml").write_text(reasons)
    return folder
