"""Scores of several seeds as one: means with intervals, and counts by kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stillwatch.evaluation.intervals import Measure, over_seeds, share_of
from stillwatch.evaluation.reliability import Reliability, pooled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    seeds: int
    fleet: float
    """Mean accounts of a campaign; 0 where there is none."""
    recall: Measure
    """Share of the campaigns' accounts that are accused."""
    precision: Measure
    """Share of the accused accounts that are campaigns'."""
    campaigns_found: Measure
    """Share of the campaigns that are found; no value where there is none to find."""
    operators_separated: Measure
    """Share of the campaigns with a reported group of their own."""
    innocents_per_million: Measure
    purity: Measure
    v_measure: Measure
    false_share: Measure
    """Realised false-discovery rate: mean over seeds, where a seed that reports nothing counts 0."""
    false_logs: Measure
    """Share of the logs in which some reported group is false, with its exact interval: the realised rate to hold
    against the stated one, above all where no campaign is."""
    stated_fdr: float | None
    twins_accused: dict[str, int]
    """Kind of twin → accounts accused, all seeds together."""
    benign_accused: dict[str, int]
    reliability: Reliability
    """Stated confidence of the accused beside the truth, all seeds together."""


def summarise(scores: Sequence[Mapping[str, Any]]) -> Summary:
    """Bring together scores (`dataclasses.asdict` of `score.Score`), one a seed."""

    def mean(name: str) -> Measure:
        return over_seeds([one[name] for one in scores])

    return Summary(
        seeds=len(scores),
        fleet=_mean([campaign["accounts"] for one in scores for campaign in one["campaigns"]]),
        recall=over_seeds([one["recall"] if one["campaigns"] else None for one in scores]),
        precision=over_seeds([one["precision"] if one["reported"] else None for one in scores]),
        campaigns_found=over_seeds([_share(one["found"], one) for one in scores]),
        operators_separated=over_seeds([_share(one["operators_separated"], one) for one in scores]),
        innocents_per_million=mean("innocents_accused_per_million"),
        purity=over_seeds([one["purity"] if one["reported"] else None for one in scores]),
        v_measure=over_seeds([one["v_measure"] if one["campaigns"] else None for one in scores]),
        false_share=mean("false_share"),
        false_logs=share_of(sum(one["false_campaigns"] > 0 for one in scores), len(scores)),
        stated_fdr=next((one["stated_fdr"] for one in scores if one["stated_fdr"] is not None), None),
        twins_accused=_added([one["twins_accused"] for one in scores]),
        benign_accused=_added([one["benign_accused"] for one in scores]),
        reliability=pooled([one.get("reliability") for one in scores]),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _share(count: int, score: Mapping[str, Any]) -> float | None:
    return count / len(score["campaigns"]) if score["campaigns"] else None


def _added(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(sorted(total.items()))
