import pyarrow.parquet as pq
import pytest

from stillwatch.evaluation.compose import LOG_FORMATS, Layout, compose
from stillwatch.evaluation.replay import cut_log
from stillwatch.evaluation.scenario import read_scenario
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.files import expand
from stillwatch.logs.parse import parse_block

SCENARIO = {
    "name": "tiny", "days": 3,
    "population": [{"name": "fleet", "kind": "harvest_fleet", "accounts": 5, "pace": {"per_day": 12}},
                   {"name": "apps", "kind": "api_app", "accounts": 8, "pace": {"per_day": 6}}],
}  # fmt: skip


def accounts_read(folder):
    return [
        name
        for path in expand((str(folder),))
        for block in open_blocks(path)
        for batch in parse_block(block).batches
        for name in batch.column("account_id").to_pylist()
    ]


@pytest.mark.parametrize("form", LOG_FORMATS)
def test_each_format_is_read_back_and_cut_as_the_same_exchanges(tmp_path, form):
    """Whatever the format, our own reader sees the accounts of the truth, of the whole log and of a part of it."""
    layout = Layout(format=form, files=3, compress_last=True)
    made = compose(read_scenario(SCENARIO, where="test"), tmp_path, seed=1, corpora=None, layout=layout)
    truth = pq.read_table(made.truth_path, columns=["account_id", "started_at"]).to_pylist()
    until = truth[len(truth) // 2]["started_at"]
    assert sorted(accounts_read(tmp_path / "log")) == sorted(row["account_id"] for row in truth)
    cut = cut_log(tmp_path, until, tmp_path / "cut")
    assert sorted(accounts_read(cut.log)) == sorted(row["account_id"] for row in truth if row["started_at"] < until)
    assert (cut.accounts, cut.authorised) == (made.accounts_path, made.authorised_path)
