import tomllib
from collections import Counter

import pyarrow.parquet as pq

from stillwatch.service.sample import sample


def test_a_small_sample_has_one_campaign_and_twins(tmp_path):
    made = sample(tmp_path, scale=0.05)
    assert [path.name for path in made.logs][-1].endswith(".jsonl.gz")
    truth = pq.read_table(made.truth_path)
    kinds = Counter(zip(truth["label"].to_pylist(), truth["kind"].to_pylist(), strict=True))
    assert [kind for label, kind in kinds if label == "campaign"] == ["harvest_fleet"]
    assert len([kind for label, kind in kinds if label == "twin"]) >= 12
    assert len(tomllib.loads(made.authorised_path.read_text())["authorised"]) == 1
    assert truth.num_rows == made.exchanges
