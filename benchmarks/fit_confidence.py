"""Fit the confidence that detection states: `python benchmarks/fit_confidence.py [--corpora DIR]`.

Composes each log of `TRAINING`, with seeds from 1000 on that the board never uses, finds its campaigns, holds every
account that could belong to one of them against its members, and writes src/stillwatch/detection/confidence.toml.
At most `MOST_OF_A_LOG` accounts of a log count, drawn at random, so that no log outweighs the others.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import numpy as np

from stillwatch.detection.campaigns import find_campaigns
from stillwatch.detection.findings import authorised_accounts
from stillwatch.detection.likeness import likeness
from stillwatch.detection.reach import pools
from stillwatch.detection.scenery import build_scene
from stillwatch.detection.shelves import links, signals
from stillwatch.evaluation.compose import Layout, compose
from stillwatch.evaluation.fit_confidence import Fitted, fit_members
from stillwatch.evaluation.library import find_scenario, needs_corpora
from stillwatch.evaluation.score import read_truth
from stillwatch.evaluation.stand import FDR, LogFiles, open_stand, read_log
from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.ledger import load_ledger

TRAINING: Final = (
    *(("rate_006", 1001, 0.3), ("rate_026", 1002, 0.3), ("rate_002", 1003, 0.3), ("product_channels", 1004, 0.3)),
    *(("large_fleet", 1005, 0.05), ("cover_60", 1006, 0.3), ("injected_relay", 1007, 0.4), ("samples", 1008, 0.3)),
    *(
        ("paraphrase_skeletons", 1009, 0.3),
        ("judged", 1010, 0.3),
        ("rate_013", 1011, 0.3),
        ("two_operators", 1012, 0.4),
    ),
)
MOST_OF_A_LOG: Final = 300
TABLE: Final = Path(__file__).parents[1] / "src/stillwatch/detection/confidence.toml"
_SEED: Final = 7


class Seen(NamedTuple):
    accounts: list[tuple[float, bool]]
    """Likeness, and whether it truly belongs."""
    reported: int
    false: int
    """Campaigns of mostly innocent accounts."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--corpora", type=Path, help="folder of prompt files; without it, logs that need it are left out"
    )
    asked = parser.parse_args()
    found = []
    for name, seed, scale in TRAINING:
        scenario = find_scenario(name)
        if asked.corpora is None and needs_corpora(scenario):
            continue
        with TemporaryDirectory() as work:
            made = compose(scenario.scaled(scale), Path(work), seed=seed, corpora=asked.corpora, layout=Layout())
            files = LogFiles(made.logs[0].parent, made.accounts_path, made.authorised_path)
            found.append(observe(files, Path(work) / "store", made.truth_path))
        print(name, seed, len(found[-1].accounts), found[-1].reported, found[-1].false, file=sys.stderr, flush=True)
    TABLE.write_text(table(found))


def observe(files: LogFiles, root: Path, truth: Path) -> Seen:
    """Hold every account that could belong to a reported campaign of a log against its members."""
    guilty = read_truth(truth).guilty
    with open_stand(read_log(files, root), files) as stand:
        window = stand.window
        scene = build_scene(window, window.registry(read_accounts(files.accounts).table), _SEED)
        people, names = window.population, window.names()
        span = int(people.first_at.min()), int(people.last_at.max())
        authorised = authorised_accounts(load_ledger(files.authorised), names, *span)
        campaigns = find_campaigns(
            window, scene, links=links(), signals=signals(), fdr=FDR, authorised=authorised, progress=lambda *_: None
        )
        groups = [one.judgement.suspects for one in campaigns.accepted if not one.is_review]
        around = pools(window, scene, groups, authorised)
        accounts: list[tuple[float, bool]] = []
        for place, group in enumerate(groups):
            pool = around.get(place, group)
            ratios = likeness(scene, pool, np.isin(pool.accounts, group.accounts))
            accounts += [
                (float(ratio), str(name) in guilty) for ratio, name in zip(ratios, names[pool.accounts], strict=True)
            ]
        false = sum(2 * sum(str(name) in guilty for name in names[one.accounts]) < one.size for one in groups)
    drawn = np.random.default_rng(_SEED).permutation(len(accounts))[:MOST_OF_A_LOG]
    return Seen([accounts[place] for place in drawn], len(groups), false)


def table(found: list[Seen]) -> str:
    """The table as TOML."""
    fitted: Fitted = fit_members([one for seen in found for one in seen.accounts])
    logs = f"{len(found)} logs"
    return (
        f"# Made by `python benchmarks/fit_confidence.py --corpora DIR` from {logs}; see the head of that file.\n"
        f"[campaigns]\nreported = {sum(one.reported for one in found)}\nfalse = {sum(one.false for one in found)}\n\n"
        "# From each likeness on, a log-likelihood ratio in natural logarithms: accounts seen, and how many belonged.\n"
        f"[members]\nfrom = {list(fitted.begins)}\naccounts = {list(fitted.accounts)}\n"
        f"guilty = {list(fitted.guilty)}\nposterior = {list(fitted.posterior)}\n"
    )


if __name__ == "__main__":
    main()
