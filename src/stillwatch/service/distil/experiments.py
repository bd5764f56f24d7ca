"""Which function runs which experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.evaluation.distil.experiment import Experiment
from stillwatch.service.distil.try_canaries import try_canaries
from stillwatch.service.distil.try_codebook import try_codebook
from stillwatch.service.distil.try_defences import try_defences
from stillwatch.service.distil.try_layers import try_layers
from stillwatch.service.distil.try_shares import try_shares
from stillwatch.service.distil.try_wear import try_wear

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.teach import Progress

    Run = Callable[[Bench, Progress], dict[str, Any]]

RUNS: Final[dict[Experiment, Run]] = {
    Experiment.SHARES: try_shares,
    Experiment.WEAR: try_wear,
    Experiment.LAYERS: try_layers,
    Experiment.CODEBOOK: try_codebook,
    Experiment.CANARIES: try_canaries,
    Experiment.DEFENCES: try_defences,
}
"""Each gives what results.json holds under the experiment's name."""
