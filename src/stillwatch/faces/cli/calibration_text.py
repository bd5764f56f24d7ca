"""What appeals tell about denials, in words for people and in JSON for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stillwatch.service.calibration_report import CalibrationReport, Counted

_ADVICE: Final = {
    "nothing_denied": ("nobody was denied for a campaign: there is nothing to learn yet",),
    "nothing_judged": ("no appeal was decided: these figures say nothing about the denials yet",),
    "not_refuted": ("nothing speaks against the stated confidence; appeals cannot confirm it",),
    "too_sure": (
        "denials are wrong more often than their confidence says: put rules that were overturned into",
        "shadow mode or have them ask for more confidence, and scan with --calibration calibration.jsonl",
    ),
}


def calibration_text(report: CalibrationReport) -> str:
    """Lines under heads of one width."""
    precision, odds = report.precision, report.refutation
    found = f"{odds.expected:.3g} innocents would be expected, {report.accounts.overturned:,} were found"
    lines = [
        ("denials", f"{report.denials:,} since {report.since:%Y-%m-%d}"),
        ("accounts", _counts(report.accounts)),
        ("campaigns", _counts(report.campaigns)),
        *(("rule", f"{rule}: {_counts(one)}") for rule, one in report.rules.items()),
        ("precision", f"{_share(precision.most)} at best"),
        ("", f"{_share(precision.least)} at worst, if the innocent object as readily as the guilty"),
        ("stated", f"{found} (e-value {odds.e_value:.3g}, p {odds.p_value:.3g})"),
        *zip(("advice", ""), _ADVICE[report.advice.value], strict=False),
    ]
    return "\n".join(f"{head:<9} {words}" for head, words in lines)


def calibration_json(report: CalibrationReport) -> str:
    plain = {
        **report._asdict(),
        "since": report.since.isoformat().replace("+00:00", "Z"),
        "rules": {rule: one._asdict() for rule, one in report.rules.items()},
        **{name: getattr(report, name)._asdict() for name in ("accounts", "campaigns", "precision", "refutation")},
    }
    return json.dumps(plain, indent=2, ensure_ascii=False)


def _counts(one: Counted) -> str:
    return f"{one.denied:,} denied, {one.open:,} appeals open, {one.upheld:,} upheld, {one.overturned:,} overturned"


def _share(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.1%}"
