"""Students of few answers, with what an interface tells of the teacher's log-probabilities beside the text.

The bounds are those that `guard.logprob_bounds` puts on a reply. Prompts are no lesson for any of them: those of a
prompt are handed out to nobody without a licence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.evaluation.distil.defence_sizes import DEFENCES
from stillwatch.evaluation.distil.gpt import Training, fit, load_weights, weights_of
from stillwatch.evaluation.distil.likelihood import answer_logprobs, next_logprobs
from stillwatch.evaluation.distil.losses import of_answers, of_soft_labels
from stillwatch.evaluation.distil.quality import Quality
from stillwatch.evaluation.distil.soft_labels import LogprobPolicy, served
from stillwatch.service.distil.teach import of_stage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from stillwatch.evaluation.distil.defence_sizes import DefenceSizes
    from stillwatch.evaluation.distil.gpt import Gpt
    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.teach import Progress, Taught

POLICIES = (
    None,
    LogprobPolicy("5, two decimals", most=5, decimals=2),
    LogprobPolicy("20, exact", most=20),
    LogprobPolicy("all, exact"),
)
"""None = text alone. Five of two decimals is what the example policy of the guard leaves."""
_DECAY = 0.05


def try_logprobs(bench: Bench, progress: Progress, sizes: DefenceSizes = DEFENCES) -> list[Quality]:
    """A student for each policy, and how far it is from its teacher."""
    taught = bench.taught
    students = [_student(policy, taught, sizes, progress) for policy in POLICIES]
    return [
        Quality("log-probabilities", policy.name if policy else "none", "excess", excess_loss(student, taught))
        for policy, student in zip(POLICIES, students, strict=True)
    ]


def excess_loss(model: Gpt, taught: Taught) -> float:
    """How much worse than its teacher a student is on text that nobody learned, in nats a token after a prompt."""
    return answer_loss(model, taught) - answer_loss(taught.teacher, taught)


def answer_loss(model: Gpt, taught: Taught) -> float:
    """Mean loss in nats a token on held-out text, after as many tokens as a prompt has."""
    begun = taught.sizes.prompt
    return float(-answer_logprobs(model, taught.held_out, begun).mean()) / (taught.sizes.context - begun)


def _student(policy: LogprobPolicy | None, taught: Taught, sizes: DefenceSizes, progress: Progress) -> Gpt:
    rows, begun = taught.plain[: sizes.answers], taught.sizes.prompt
    name = f"logprobs-{POLICIES.index(policy)}"
    training = Training(sizes.steps, taught.sizes.batch, _DECAY, taught.seed + 3, taught.device)

    def learned() -> dict[str, npt.NDArray[np.float32]]:
        if policy is None:
            loss = of_answers(rows, begun)
        else:
            loss = of_soft_labels(rows, begun, served(next_logprobs(taught.teacher, rows, begun), policy))
        return weights_of(fit(taught.shape, len(rows), training, loss, of_stage(progress, name)))

    return load_weights(taught.shape, taught.stages.arrays(f"student-{name}", learned), taught.device)
