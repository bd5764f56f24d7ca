"""A student that met single answers once or many times; which of two answers it thinks likelier.

For each prompt the teacher wrote two answers, and a coin picked the one that the student read. Its log-probabilities of
both are compared, and, where an interface tells none, the tokens of its own likeliest answer with those of both.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from stillwatch.attribution.paired import paired_test
from stillwatch.attribution.plan import Access
from stillwatch.attribution.sign_test import sign_test
from stillwatch.evaluation.distil.canaries import Canaries, mixed_in, nearer
from stillwatch.evaluation.distil.likelihood import answer_logprobs, likeliest
from stillwatch.evaluation.distil.teaching_text import prompts
from stillwatch.service.distil.secret_coins import PAGELESS, Asked, committed_coins, key_name, note_coin_plan
from stillwatch.service.distil.students import learn
from stillwatch.service.distil.teach import answered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.attribution.sign_test import Coins
    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.students import Student
    from stillwatch.service.distil.teach import Progress, Taught

OWNER = "pairs"
_TIMES = (1, 4, 16, 48)
_EACH = 30
_REDRAWN_SEED = 1


def try_canaries(bench: Bench, progress: Progress) -> dict[str, Any]:
    """Plant canaries, and hold the student that met them, and one that did not, against the coins."""
    taught, vault = bench.taught, bench.vault
    canaries = _canaries(taught, progress)
    coins = committed_coins(vault, OWNER, [f"canary {number}" for number in range(len(canaries.times))])
    met = learn("canaries", lambda: mixed_in(taught.plain, canaries, coins), taught, progress)
    clean = learn("000", lambda: taught.plain, taught, progress)
    digest = hashlib.sha256(canaries.firsts[:, : taught.sizes.prompt].tobytes()).hexdigest()
    obtained = "weights that we ran: log-probabilities of two answers to each prompt, and the likeliest answer"
    asked = Asked(Access.LOGPROBS, obtained, digest, taught.tokenizer_sha256, canaries.firsts.size)
    rows = []
    for name, student in (("canaries", met), ("clean", clean)):
        leaf = note_coin_plan(vault, name, OWNER, "paired", asked)
        told = {"key": key_name(vault, OWNER), "loss": student.loss, "plan_leaf": leaf}
        rows += [row | told for row in _tested(name, student, canaries, coins, taught)]
    return {"each": _EACH, "rows": len(taught.plain), "tests": rows}


def _canaries(taught: Taught, progress: Progress) -> Canaries:
    count, begun = _EACH * len(_TIMES), taught.sizes.prompt
    half = taught.learned[len(taught.learned) // 2 :]
    asked = prompts(half, count=count, tokens=begun, seed=taught.seed + 5)
    both = [
        answered(f"canaries-{side}", taught, asked, mark=None, seed=taught.seed + 6 + side, progress=progress)
        for side in (0, 1)
    ]
    return Canaries(both[0], both[1], np.repeat(_TIMES, _EACH))


def _tested(name: str, student: Student, canaries: Canaries, coins: Coins, taught: Taught) -> Iterator[dict[str, Any]]:
    """A row for each number of times and way to look."""
    begun = taught.sizes.prompt
    told = [answer_logprobs(student.model, rows, begun) for rows in (canaries.firsts, canaries.seconds)]
    said = likeliest(student.model, canaries.firsts[:, :begun], taught.sizes.context)
    for times in _TIMES:
        of = canaries.times == times
        paired = paired_test((told[1] - told[0])[of], coins[of], seed=_REDRAWN_SEED)
        by_text = sign_test(nearer(said, canaries, begun)[of], coins[of])
        for rule, found in (("paired", paired.signs), ("text", by_text)):
            yield PAGELESS | {
                "student": f"{name}-{times:02d}",
                "rule": rule,
                "tokens": int(of.sum()) * (taught.sizes.context - begun),
                "times": times,
                "marked_percent": _percent_of(name, times, taught),
                "contexts": found.trials,
                "matches": found.matches,
                "log10_p": found.log10_p,
                "log10_p_weighed": paired.log10_p_weighed if rule == "paired" else None,
            }


def _percent_of(name: str, times: int, taught: Taught) -> float:
    """Of what a student learned, the part that the canaries of so many times are."""
    return round(100 * times * _EACH / len(taught.plain), 2) if name == "canaries" else 0
