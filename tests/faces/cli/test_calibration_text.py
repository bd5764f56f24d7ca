from __future__ import annotations

import json
from datetime import UTC, datetime

from stillwatch.faces.cli.calibration_text import calibration_json, calibration_text
from stillwatch.service.calibration_report import Advice, CalibrationReport, Counted, Precision, Refutation

REPORT = CalibrationReport(
    since=datetime(2026, 8, 24, tzinfo=UTC),
    denials=1200,
    accounts=Counted(60, 1, 0, 3),
    campaigns=Counted(1, 0, 0, 1),
    precision=Precision(0.0, 0.95),
    refutation=Refutation(0.06, 50.0, 0.02),
    rules={"operators": Counted(60, 1, 0, 3)},
    advice=Advice.TOO_SURE,
)


def test_people_read_what_to_do() -> None:
    assert calibration_text(REPORT).splitlines() == [
        "denials   1,200 since 2026-08-24",
        "accounts  60 denied, 1 appeals open, 0 upheld, 3 overturned",
        "campaigns 1 denied, 0 appeals open, 0 upheld, 1 overturned",
        "rule      operators: 60 denied, 1 appeals open, 0 upheld, 3 overturned",
        "precision 95.0% at best",
        "          0.0% at worst, if the innocent object as readily as the guilty",
        "stated    0.06 innocents would be expected, 3 were found (e-value 50, p 0.02)",
        "advice    denials are wrong more often than their confidence says: put rules that were overturned into",
        "          shadow mode or have them ask for more confidence, and scan with --calibration calibration.jsonl",
    ]
    unknown = calibration_text(REPORT._replace(precision=Precision(None, None), advice=Advice.NOTHING_JUDGED))
    assert "precision unknown at best" in unknown


def test_programs_read_all_of_it() -> None:
    plain = json.loads(calibration_json(REPORT))
    assert (plain["advice"], plain["since"]) == ("too_sure", "2026-08-24T00:00:00Z")
    assert plain["rules"]["operators"] == {"denied": 60, "open": 1, "upheld": 0, "overturned": 3}
    assert plain["refutation"] == {"expected": 0.06, "e_value": 50.0, "p_value": 0.02}
