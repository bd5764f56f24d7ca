"""Whether a dependence could have been forged, or has come by a way that needs no accusation.

A mark can be learned: a model trained on marked text writes marked text, and so does whoever wants to frame another.
Three things are asked before a claim.

*Was the text written by our engine, or by something that learned from it?* An engine marks every context alike; who
learned knows the contexts that were served often. So the score of each context's commonest token is set against how
often the context was served: a rank correlation, with an exact p-value by permuting the counts among contexts that the
text holds equally often (what is seen more often shows its mark more surely, in an engine's text too). Null hypothesis
of this test: among those, scores do not hang on how often their context was served, as in text that the engine itself
wrote. It says which of two stories holds once a dependence is shown; by itself it accuses nobody.

*Does public text hold our mark?* Whoever trained on a public corpus with marked text in it has met our key without
asking us anything. Each corpus is tested as the suspect is.

*Did we allow it?* Licences under which marked text was delivered are listed.

Coins of choices are another matter: what they chose stands in every answer, for anybody to read and to write again. So
text that was handed in never shows a dependence on them.

What a model must show and what a file of text must show are opposites. Text that was handed in as the engine's own and
follows what was served is a learner's: a forger could have made it. A model that we asked ourselves is such a learner
by hypothesis; had its excess nothing to do with what was served, its answers would be the engine's own, relayed, or
made by somebody with the key.

References: Gloaguen et al. 2024 (arXiv 2410.02693); Spearman 1904; Jovanović et al. 2024 (arXiv 2402.19361).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.stats import rankdata

from stillwatch.attribution.check import Check, Control
from stillwatch.attribution.holm import holm
from stillwatch.attribution.p_text import p_text
from stillwatch.attribution.pair_table import counts_at
from stillwatch.attribution.plan import Access
from stillwatch.attribution.rule_shelf import rule_named
from stillwatch.attribution.slot import slots_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.pair_table import Floats, Ints, PairTable
    from stillwatch.attribution.planned_test import KeyInUse

PERMUTATIONS: Final = 999
ALPHA: Final = 0.01
"""Of each of the three questions."""
_ROUNDING: Final = 1e-12
"""How far two orders of one sum may differ; a tie counts as reached."""


class Learned(NamedTuple):
    """How scores follow what was served."""

    correlation: float
    """Of ranks among contexts that were seen equally often, -1 to 1."""
    log10_p: float
    contexts: int


def learned(table: PairTable, key: KeyInUse, *, seed: int) -> Learned:
    """How scores go with how often their contexts were served, over the commonest token of each context seen twice.

    Nothing is known where no log was kept. Of a key that shares answers with others, the contexts that it marks count.
    """
    if key.served is None:
        return Learned(0.0, 0.0, 0)
    rows = rule_named("mode").pick(table, key.served)
    contexts = table.contexts[table.context_of[rows]]
    kept = key.scheme.hangs_on_key(contexts)
    if key.slot is not None:
        kept &= slots_of(contexts, key.slot.key, key.slot.layers) == key.slot.layer
    rows, contexts = rows[kept], contexts[kept]
    first = np.unique(key.scheme.seeds(contexts, table.tokens[rows], key.key), return_index=True)[1]
    rows, contexts = rows[first], contexts[first]
    scores = key.scheme.scores(contexts, table.tokens[rows], key.key)
    return follows(scores, counts_at(contexts, key.served), table.context_seen[table.context_of[rows]], seed=seed)


def follows(scores: Floats, served: Ints, seen: Ints, *, seed: int) -> Learned:
    """Scores (n,) of distinct effective seeds, how often the context of each was served (n,) and seen (n,)."""
    order = np.argsort(seen, kind="stable")
    alike = np.unique(seen[order], return_index=True)[1][1:]
    ranks, counts = (_ranks_within(values[order], alike) for values in (scores, served))
    scale = float(np.linalg.norm(ranks) * np.linalg.norm(counts))
    if scale == 0.0:
        return Learned(0.0, 0.0, len(scores))
    found = float(ranks @ counts)
    random = np.random.default_rng(seed)
    shuffled = (np.lexsort((random.random(len(order)), seen[order])) for _ in range(PERMUTATIONS))
    reached = sum(float(ranks @ counts[one]) >= found - _ROUNDING * scale for one in shuffled)
    return Learned(found / scale, float(np.log10((1 + reached) / (1 + PERMUTATIONS))), len(scores))


def check_spoof(access: Access, seen: Learned | None, corpora: Sequence[Control], grants: Sequence[str]) -> Check:
    """Whether a shown dependence may be claimed of this suspect.

    `seen` is None where coins chose: what they chose stands in every answer for all to read. `corpora` are public
    corpora with the p-values (log10) of the plan's tests on each; `grants` are ids of licences
    under which the suspect's owner received text marked with a key of the plan.
    """
    told, mends = [], []
    if seen is not None:
        correlation = f"{seen.correlation:.3f} (p {p_text(seen.log10_p)}, {seen.contexts:,} contexts)"
        told.append(f"rank correlation of scores with how often their contexts were served: {correlation}")
    elif access is Access.HANDED_IN:
        mends.append(
            "anybody can read coins off our answers, so text that was handed in shows nothing: ask the suspect"
        )
    if access is Access.HANDED_IN and seen is not None and seen.log10_p <= np.log10(ALPHA):
        mends.append(
            "text that was handed in reads like that of a learner, who may be a forger: ask the suspect itself"
        )
    values = [one for corpus in corpora for one in corpus.log10_ps]
    lowest = min(holm(values, tried=len(values)), default=0.0)
    told.append(f"{len(corpora)} public corpora tested, lowest p {p_text(lowest)} after Holm's correction")
    if not corpora:
        mends.append("test at least one public corpus that the suspect may have been trained on")
    elif lowest <= np.log10(ALPHA):
        mends.append("a public corpus holds marked text: claim by a key that was never served to whoever published it")
    told.append(f"licences that cover this key: {', '.join(grants) or 'none'}")
    if grants:
        mends.append("the dependence is licensed: say nothing against it")
    return Check(name="spoof", has_passed=not mends, said="; ".join(told), mend="; ".join(mends))


def _ranks_within(values: Floats | Ints, alike: Ints) -> Floats:
    """Ranks within each stretch of contexts that were seen equally often, about 0 and of one scale."""
    ranks = [rankdata(part) for part in np.split(values, alike)]
    return np.concatenate([(one - one.mean()) / len(one) for one in ranks if len(one)] or [np.empty(0)])
