"""Exposure on a log that can be checked by hand: one exchange an hour, and a detector that speaks at a given time."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.evaluation.exposure import HOUR_NS, Exposure, exposures

START = 1_780_000_000 * 10**9


@pytest.fixture
def truth_path(tmp_path):
    rows = [
        {
            "account_id": f"a{hour % 4}", "label": "campaign", "population": "fleet", "kind": "harvest_fleet",
            "operator_id": "op", "started_at": START + hour * HOUR_NS, "output_tokens": 10 if hour < 50 else 30,
        }
        for hour in range(100)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "truth.parquet")
    return tmp_path / "truth.parquet"


def detector(from_hour, asked):
    def detect(until):
        asked.append(until)
        accounts = [f"a{number}" for number in range(4)] if until >= START + from_hour * HOUR_NS else []
        members = [{"account_id": one, "standing": "operator"} for one in accounts]
        campaigns = [{"id": "c", "verdict": "campaign", "members": members}] if members else []
        return {"schema": "stillwatch.campaigns/1", "campaigns": campaigns}

    return detect


def test_what_was_taken_before_the_first_flag(truth_path):
    asked = []
    assert exposures(truth_path, detector(50, asked), 10.0) == (Exposure("fleet", "op", 50.0, 0.5, 0.25),)
    assert len(asked) == len(set(asked)) <= 5


def test_never_flagged_is_all_taken(truth_path):
    assert exposures(truth_path, detector(500, []), 10.0) == (Exposure("fleet", "op", None, 1.0, 1.0),)
