"""Correct for everything that was tried: Holm over all tests of all experiments of a run.

>>> tried = {"shares": {"tests": [{"log10_p": -9.0}, {"log10_p": -3.0}]}, "other": {"figures": [1]}}
>>> [round(one["adjusted_log10_p"], 1) for one in adjusted(tried)["shares"]["tests"]]
[-8.7, -3.0]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.attribution.holm import holm

if TYPE_CHECKING:
    from collections.abc import Mapping


def adjusted(experiments: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same results; every row of `tests` that has a p-value has a corrected one too."""
    values = [row["log10_p"] for found in experiments.values() for row in found.get("tests", ())]
    corrected = iter(holm(values, tried=len(values)).tolist())
    return {
        name: found | {"tests": [row | {"adjusted_log10_p": next(corrected)} for row in found["tests"]]}
        if "tests" in found
        else found
        for name, found in experiments.items()
    }
