"""Distil small students out of a small teacher that marks its answers, and see which of them a test finds.

    text ─▸ teacher ─┬▸ plain answers ──┐
                     └▸ marked answers ─┴▸ students of either, mixed ─▸ their text ─▸ verdicts

Extra `torch`. Every stage is kept as soon as it is done; a plan is in the log before its student is asked for text. One
seed makes the same text and the same training; keys are fresh with each folder, as an operator's would be.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stillwatch.evaluation.distil.gpt import mean_loss, use_one_thread
from stillwatch.service.distil.adjusted import adjusted
from stillwatch.service.distil.bench import Bench
from stillwatch.service.distil.distil_settings import told_settings
from stillwatch.service.distil.experiments import RUNS
from stillwatch.service.distil.judge_student import open_vault
from stillwatch.service.distil.stages import Stages
from stillwatch.service.distil.teach import teach
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from stillwatch.service.distil.distil_settings import DistilSettings
    from stillwatch.service.distil.teach import Progress

SCHEMA = "stillwatch.distil/2"


def range_distil(settings: DistilSettings, progress: Progress) -> dict[str, Any]:
    """Run the experiments, or what is left of them; the result is in OUT/results.json too.

    Raises:
        InputError: There is no such variant, or the text is too short.
        SettingsError: Other settings were begun with in the folder.
    """
    use_one_thread()
    told = told_settings(settings)
    stages = Stages.open(settings.out, told)
    vault = open_vault(settings.out)
    taught = teach(settings, stages, progress)
    bench = Bench(settings, taught, vault)
    result = {
        "schema": SCHEMA,
        "settings": told,
        "symbols": taught.shape.symbols,
        "parameters": sum(one.numel() for one in taught.teacher.parameters()),
        "teacher_loss": mean_loss(taught.teacher, taught.held_out),
        "experiments": adjusted({name.value: RUNS[name](bench, progress) for name in settings.experiments}),
    }
    write_whole(settings.out / "results.json", json.dumps(result, indent=2).encode() + b"\n")
    return result
