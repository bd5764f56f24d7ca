"""Compose, detect, score, in one call, with our own detector and with a foreign one."""

import sys

from exchange_log import quiet
from stillwatch.service.range_compose import Wanted
from stillwatch.service.range_run import range_run

SILENT = """
import sys, pathlib
pathlib.Path(sys.argv[1], "campaigns.json").write_text('{"schema": "stillwatch.campaigns/1", "campaigns": []}')
"""


def test_a_foreign_detector_over_two_seeds(tmp_path):
    program = tmp_path / "silent.py"
    program.write_text(SILENT)
    scored = range_run(
        Wanted(scenario="small_fleet", scale=0.03),
        tmp_path / "out",
        seeds=(1, 2),
        detector=f"{sys.executable} {program} {{out}} {{log}}",
        progress=quiet,
    )
    assert (scored.summary.seeds, scored.summary.recall.mean, scored.summary.precision.mean) == (2, 0.0, None)


def test_our_own(tmp_path):
    scored = range_run(Wanted(scenario="small_fleet", scale=0.05), tmp_path, seeds=(1,), detector="", progress=quiet)
    assert scored.summary.stated_fdr == 0.01
    assert (tmp_path / "seed-1" / "result" / "campaigns.json").is_file()
