"""How well reported groups agree with operators: purity, V-measure, and operators kept apart.

Accounts of one operator are a class; an account that serves several operators at once is of a class of its own with its
like; every innocent account is of the class `innocent`. The accounts that nobody reported are a cluster too, so that a
missed account lowers the agreement by itself and no more.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

_INNOCENT: Final = "innocent"


class Agreement(NamedTuple):
    purity: float
    """Share of the accused accounts that are of their group's main class; 1 where nobody is accused."""
    homogeneity: float
    completeness: float
    v_measure: float


def agreement(
    operators: Mapping[str, frozenset[str]], groups: Mapping[str, frozenset[str]], everybody: Iterable[str]
) -> Agreement:
    """Compare operator → accounts with reported group → accounts, over all accounts of the log."""
    classes = _classes(operators)
    cluster: dict[str, str] = {}
    for name, accounts in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        for account in accounts:
            cluster.setdefault(account, name)
    pairs = Counter((classes.get(account, _INNOCENT), name) for account, name in cluster.items())
    mains: dict[str, int] = defaultdict(int)
    for (_, name), count in pairs.items():
        mains[name] = max(mains[name], count)
    purity = sum(mains.values()) / len(cluster) if cluster else 1.0
    pairs.update((classes.get(account, _INNOCENT), "") for account in everybody if account not in cluster)
    homogeneity, completeness = _v_parts(pairs)
    both = homogeneity + completeness
    return Agreement(purity, homogeneity, completeness, 2 * homogeneity * completeness / both if both else 0.0)


def _classes(operators: Mapping[str, frozenset[str]]) -> dict[str, str]:
    served: dict[str, list[str]] = defaultdict(list)
    for operator, accounts in sorted(operators.items()):
        for account in accounts:
            served[account].append(operator)
    return {account: "+".join(names) for account, names in served.items()}


def _v_parts(pairs: Mapping[tuple[str, str], int]) -> tuple[float, float]:
    """Homogeneity and completeness (Rosenberg and Hirschberg, 2007)."""
    total = sum(pairs.values())
    if total == 0:
        return 1.0, 1.0
    rows: Counter[Hashable] = Counter()
    columns: Counter[Hashable] = Counter()
    for (left, right), count in pairs.items():
        rows[left] += count
        columns[right] += count
    joint = _entropy(pairs.values(), total)
    classes, clusters = _entropy(rows.values(), total), _entropy(columns.values(), total)
    homogeneity = 1 - (joint - clusters) / classes if classes else 1.0
    return homogeneity, (1 - (joint - classes) / clusters if clusters else 1.0)


def _entropy(counts: Iterable[int], total: int) -> float:
    return -sum(count / total * math.log(count / total) for count in counts)


def kept_apart(operators: Sequence[frozenset[str]], groups: Sequence[frozenset[str]], least: float) -> int:
    """Operators with a reported group of their own, of at least `least` recall and precision.

    A group counts for one operator alone, so two operators in one group are one operator found and one not separated.
    """
    if not operators or not groups:
        return 0
    fits = np.array([[_fit(one, other, least) for other in groups] for one in operators])
    chosen = linear_sum_assignment(fits, maximize=True)
    return int(np.count_nonzero(fits[chosen]))


def _fit(wanted: frozenset[str], got: frozenset[str], least: float) -> float:
    shared = len(wanted & got)
    fits = shared >= least * len(wanted) and shared >= least * max(len(got), 1)
    return shared / max(len(wanted | got), 1) if fits and shared else 0.0
