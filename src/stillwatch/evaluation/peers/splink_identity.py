"""A real peer: `splink` (MIT) on the accounts file, as a program that `--detector` can run.

    pip install 'stillwatch[peers]'
    stillwatch range run samples --format exchange --out out \
        --detector 'python -m stillwatch.evaluation.peers.splink_identity {log} {accounts} {out}'

Splink links records of one person by the model of Fellegi and Sunter (1969). Here a record is an account and its fields
are the payment card, the device, the sign-up address and the domain of the mail, each compared for equality with an
adjustment for how common a value is. u is estimated from the accounts; m is set, since without labels its estimation
takes rings that share one field for proof that members never share another. Splink was made for misspelt records of
people, not for rings: that it finds little in sanitised accounts says that linkage of identities does not suffice.
"""

from __future__ import annotations

import logging
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from stillwatch.evaluation.baseline import LEAST_GROUP, document_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEYS: Final = ("payment_fingerprint", "device_id", "signup_address")
_FIELDS: Final = (*_KEYS, "email_domain")
_LEAST_PROBABILITY: Final = 0.5
_SHARED_BY_TWO_OF_ONE_OPERATOR: Final = 0.5
"""How often two accounts of one operator have a field in common (m)."""
_SAMPLED_PAIRS: Final = 1e6
_SEED: Final = 1
_SHARE_OF_PAIRS: Final = 0.7
"""Of the pairs of one operator, how many share a key exactly: what splink's own guide begins with."""


def main(log: Path, accounts: Path, out: Path) -> None:
    """Write `campaigns.json` under `out` for the accounts of an `exchange` log."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    groups = find_groups(_records(log, accounts))
    (out / "campaigns.json").write_bytes(orjson.dumps(document_of(groups, prefix="s-")))


def find_groups(records: pa.Table) -> list[list[str]]:
    """Clusters of four accounts or more; `records` has the identity columns and `account_id`."""
    fields = [name for name in _FIELDS if _repeats(records[name])]
    blocks: list[Any] = [block_on(name) for name in fields if name in _KEYS]
    if not blocks:
        return []
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="account_id",
        comparisons=[_compared(name) for name in fields],
        blocking_rules_to_generate_predictions=blocks,
    )
    linker = Linker(DuckDBAPI().register(records), settings)
    linker.training.estimate_probability_two_random_records_match(blocks, recall=_SHARE_OF_PAIRS)
    linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=_SEED)
    likely = linker.inference.predict(threshold_match_probability=_LEAST_PROBABILITY)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(likely, _LEAST_PROBABILITY)
    return _of_size(found.as_record_list())


def _compared(field: str) -> Any:
    m = [_SHARED_BY_TWO_OF_ONE_OPERATOR, 1 - _SHARED_BY_TWO_OF_ONE_OPERATOR]
    return cl.ExactMatch(field).configure(term_frequency_adjustments=True, m_probabilities=m)


def _repeats(column: pa.ChunkedArray) -> bool:
    """Whether any two accounts have the same value; a field of which none do says nothing and trains nothing."""
    return bool(pc.count_distinct(column).as_py() + column.null_count < len(column))


def _of_size(rows: Iterable[dict[str, Any]]) -> list[list[str]]:
    clusters: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        clusters[row["cluster_id"]].append(row["account_id"])
    return [members for members in clusters.values() if len(members) >= LEAST_GROUP]


def _records(log: Path, accounts: Path) -> pa.Table:
    """The accounts that the log knows, one row each."""
    seen = pa.concat_tables(pq.read_table(path, columns=["account_id"]) for path in sorted(log.glob("*.parquet")))
    text = pa_csv.ConvertOptions(strings_can_be_null=True, column_types=dict.fromkeys(_FIELDS, pa.string()))
    known = pa_csv.read_csv(accounts, convert_options=text)
    active = seen.group_by("account_id").aggregate([])
    return known.select(["account_id", *_FIELDS]).join(active, "account_id", join_type="inner")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
