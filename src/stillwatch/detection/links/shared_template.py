"""Accounts share a template, an injected instruction, a system text or a layout that nobody else uses.

Sees: keys of the prompt (first and last words, rare runs of words, system text, layout) used again and again by the
same accounts.
Why: a harvest is one template with a slot filled from a list; strangers word their prompts on their own.
Null model: each account draws its source of wording by itself; two accounts drawn at random then share a repeated key
that is on at most d accounts with the probability q that this log shows over all pairs, d being the holders of the
group's own keys. Where sources are taken with probabilities s, k given accounts all draw one with probability
sum(s^k) <= (sum(s^2))^(k/2) = q^(k/2), whatever the sources' popularity; k of n accounts can be chosen in (n over k)
ways, and d is rounded up to one of log2(accounts) steps, which are counted too. It does not say *which* source: a
public tool or benchmark is one too. So this link is of the axis `program` and needs another beside it.
Looks the same: users of a popular tool, strangers running a public benchmark, a class, several keys of one customer.
Evaded by: a paraphrase for each account; prompts without any template.
References: Broder 1997; Dhillon 2001 (bipartite co-clustering).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.key_cover import key_cover
from stillwatch.detection.link import Link
from stillwatch.detection.statistics import bounded
from stillwatch.detection.templates import template_hubs
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "shared_template"
_LEAST_COVER = 0.7  # of the accounts use a key of the template; common phrases are each used by a part of them


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    cover = key_cover(scene, suspects)
    if suspects.origin != NAME or cover < _LEAST_COVER:
        return None
    steps = max(1, math.ceil(math.log2(max(2, scene.accounts))))
    usual = scene.pair_share["template"].of(2 ** math.ceil(math.log2(_holders(scene, suspects))))
    alike = math.floor(cover * suspects.size + 1e-9)
    ways = math.lgamma(suspects.size + 1) - math.lgamma(alike + 1) - math.lgamma(suspects.size - alike + 1)
    p_value = bounded(math.exp(min(0.0, math.log(steps) + ways + alike / 2 * math.log(usual))))
    share = suspects.focus_counts() / np.maximum(1, suspects.all_exchanges)
    return Evidence(
        family=Family.CONTENT,
        source=NAME,
        score=float(np.mean(share)),
        p_value=p_value,
        because=(
            f"{suspects.size} accounts send the same uncommon wording again and again: "
            f"{suspects.exchanges:,} exchanges, "
            f"{np.mean(share):.0%} of what they send on average; two accounts of this log share wording as rare in "
            f"{usual:.2%} of cases"
        ),
        accounts=suspects.size,
        exchanges=suspects.exchanges,
    )


def _holders(scene: Scene, suspects: Suspects) -> int:
    """On how many accounts of the log the group's most popular key is; at least the group's own."""
    keys, shares = np.sort(suspects.events.keys), scene.shares.key
    counts = np.searchsorted(shares, keys, side="right") - np.searchsorted(shares, keys, side="left")
    return max(suspects.size, int(counts.max(initial=1)))


LINK = Link(
    name=NAME,
    family=Family.CONTENT,
    axis="program",
    status="stable",
    reads=("prompt_text", "system_text"),
    test=_test,
    propose=template_hubs,
    cases=(
        Case(
            name="twenty accounts send one template",
            fires=True,
            make=lambda: town().fleet(20).worded_alike().proposed_by("shared_template"),
        ),
        Case(
            name="four accounts share wording where every third pair does",
            fires=False,
            make=lambda: town().sharing_wording(0.33).fleet(4).worded_alike().proposed_by("shared_template"),
        ),
    ),
)
