"""A real peer: `coordination_network_toolkit` (MIT) on a log, as a program that `--detector` can run.

    pip install 'stillwatch[peers]'
    stillwatch range run samples --format exchange --out out \
        --detector 'python -m stillwatch.evaluation.peers.coordination_network {log} {out}'

The toolkit finds accounts that posted the same text within a time window, for social media; here a prompt is a post.
Its co-tweet network is computed with its own code, and its connected components of four accounts or more are reported.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import networkx as nx
import orjson
import pyarrow.parquet as pq
from coordination_network_toolkit.compute_networks import compute_co_tweet_network
from coordination_network_toolkit.preprocess import preprocess_data

from stillwatch.evaluation.baseline import LEAST_GROUP, document_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_WINDOW_S: Final = 60
_TIMES: Final = 2
_BATCH: Final = 20_000


def main(log: Path, out: Path) -> None:
    """Write `campaigns.json` under `out` for the `exchange` logs under `log`."""
    with TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
        database = str(Path(folder) / "posts.db")
        preprocess_data(database, _posts(log))
        compute_co_tweet_network(database, _WINDOW_S, min_edge_weight=_TIMES, n_threads=1)
        with closing(sqlite3.connect(database)) as found:
            edges = found.execute("select user_1, user_2 from co_tweet_network where user_1 != user_2").fetchall()
    groups = [group for group in nx.connected_components(nx.Graph(edges)) if len(group) >= LEAST_GROUP]
    (out / "campaigns.json").write_bytes(orjson.dumps(document_of(groups, prefix="n-")))


def _posts(log: Path) -> Iterator[tuple[str, str, str, str, str, str, float, list[str]]]:
    """Message, user, name, repost, reply, text, seconds, links: the toolkit's columns."""
    for path in sorted(log.glob("*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH, columns=["record_id", "account_id", "prompt_text", "started_at"]):
                for row in batch.to_pylist():
                    text, who = row["prompt_text"] or "", row["account_id"]
                    yield row["record_id"], who, who, "", "", text, row["started_at"] / 1e9, []


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
