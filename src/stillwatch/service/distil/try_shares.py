"""Students at several shares of marked answers, one mark after another, and which of them a test finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.evaluation.distil.lessons import mixture
from stillwatch.evaluation.distil.variant import variant_named
from stillwatch.service.distil.amounts import amounts_of
from stillwatch.service.distil.cohort import cohort_of
from stillwatch.service.distil.try_student import CLEAN, Trial, clean_student, try_student, written_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.evaluation.distil.variant import Variant
    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.teach import Progress


def try_shares(bench: Bench, progress: Progress) -> dict[str, Any]:
    """Each student of each mark.

    Raises:
        InputError: There is no such mark.
    """
    variants = [variant_named(name) for name in bench.settings.variants]
    return {"tests": [row for variant in variants for row in _try(variant, bench, progress)]}


def _try(variant: Variant, bench: Bench, progress: Progress) -> Iterator[dict[str, Any]]:
    cohort = cohort_of(variant, bench, progress)
    for percent in bench.settings.shares:
        name = f"{variant.name}-{percent:03d}"
        lessons = mixture(cohort.marked, bench.taught.plain, percent=percent)
        trial = Trial(
            name=name,
            told={"variant": variant.name, "marked_percent": percent},
            amounts=amounts_of((cohort.test_of(percent),), bench.taught.sizes),
            # Students of no marked answer are the same for every mark: one is enough.
            write=written_by(name if percent else CLEAN, lessons, bench, progress),
            clean=(clean_student(bench, progress),) if percent else (),
        )
        yield from try_student(trial, bench)
