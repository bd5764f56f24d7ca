"""What `stillwatch range` says to people: scores, exposure and leaks as short tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.evaluation.score import score_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.evaluation.exposure import Exposure
    from stillwatch.evaluation.intervals import Measure
    from stillwatch.evaluation.leaks import Suite
    from stillwatch.evaluation.summary import Summary
    from stillwatch.service.range_score import Scored

_MEASURES = {
    "recall": "recall of accounts",
    "precision": "precision of accounts",
    "campaigns_found": "campaigns found",
    "operators_separated": "operators separated",
    "purity": "purity",
    "v_measure": "V-measure",
    "false_share": "false discoveries",
    "innocents_per_million": "innocents per million",
}


def scored_lines(scored: Scored) -> Iterator[str]:
    """One log: its table. Several: their means, with intervals over seeds."""
    if len(scored.scores) == 1:
        yield score_text(scored.scores[0])
        yield from _warnings(scored)
        return
    yield f"{scored.summary.seeds} logs; mean, and 95 % interval over them"
    for name, label in _MEASURES.items():
        yield f"{label:<24} {_measure(getattr(scored.summary, name))}"
    yield from _counts(scored.summary)
    yield from _warnings(scored)


def _warnings(scored: Scored) -> Iterator[str]:
    """Nothing where nobody was warned of and nothing was there to warn of."""
    given = sum(one.warnings for one in scored.warnings)
    kinds = [found for one in scored.warnings for found in one.kinds.values()]
    if given or kinds:
        yield (
            f"early warnings: {given} given, {sum(one.false_warnings for one in scored.warnings)} false; precursors "
            f"warned of {sum(kinds)} of {len(kinds)} (who is in a campaign already is not); innocents warned of "
            f"{sum(one.innocents_warned_of for one in scored.warnings)}"
        )


def _counts(summary: Summary) -> Iterator[str]:
    if summary.stated_fdr is not None:
        yield f"{'promised at most':<24} {summary.stated_fdr:g} false discoveries"
    yield f"{'logs with a false one':<24} {_measure(summary.false_logs)}"
    if summary.reliability.brier is not None:
        yield f"{'Brier score of members':<24} {summary.reliability.brier:>9,.3f}"
    for label, counts in (("twins accused", summary.twins_accused), ("others accused", summary.benign_accused)):
        yield f"{label:<24} {', '.join(f'{kind} {count}' for kind, count in counts.items()) or 'none'}"


def _measure(measure: Measure) -> str:
    if measure.mean is None:
        return "none"
    between = "" if measure.low is None else f"  {measure.low:,.3f} to {measure.high:,.3f}"
    return f"{measure.mean:>9,.3f}{between}"


def exposure_lines(found: Sequence[Exposure]) -> Iterator[str]:
    for one in found:
        if one.flagged_after_h is None:
            yield f"{one.name}: never flagged; all was taken"
            continue
        yield (
            f"{one.name}: flagged after {one.flagged_after_h:.0f} hours; by then {one.exchanges_share:.1%} "
            f"of its exchanges and {one.tokens_share:.1%} of its output tokens were taken"
        )


def leak_lines(suites: Sequence[Suite]) -> Iterator[str]:
    for suite in suites:
        aucs = ", ".join(f"{one.baseline} {one.auc:.2f}" for one in suite.leaks) or "not judged"
        verdict = f"REFUSED: {suite.because}" if suite.is_refused else "may be quoted"
        kind = "matched suite" if suite.is_matched else "single twin"
        yield f"{suite.campaign} beside {', '.join(suite.twins)} ({kind}, {suite.twin_accounts} accounts)"
        yield f"  AUC {aucs}"
        yield f"  {verdict}"
