"""The likeliest tokens of licensed answers, in the shape that trainers read."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from beside_transformers import PYTHON
from stillwatch.service.licences.token_ids import TokenIds
from stillwatch.service.licences.topk_table import TopKTable, Turn
from stillwatch.wire.token_logprobs import Likely, Placed

IDS = TokenIds([(b"a", 1), (b"b", 2), (b"c", 3)])
TURNS = [Turn("user", "?"), Turn("assistant", "ab")]
A, B, C = (Likely(text, None, logprob) for text, logprob in ((b"a", -0.5), (b"b", -1.0), (b"c", -2.0)))
PLACES = (Placed(A, (A, B, C)), Placed(B, ()))
READ_BY_TRL = """
import json, sys
import torch
from datasets import load_dataset
from trl.data_utils import is_conversational
from trl.experimental.server_distillation.server_distillation_trainer import ServerDistillationTrainer

rows = load_dataset("parquet", data_files=sys.argv[1], split="train", cache_dir=sys.argv[2])

class Client:
    def get_sequence_logprobs(self, sequences, prompt_lengths, top_logprobs, temperature):
        return {name: rows[name][:] for name in ("logprobs", "logprob_token_ids", "actual_logprobs")}

trainer = object.__new__(ServerDistillationTrainer)
trainer.teacher_client, trainer.loss_top_k, trainer.temperature = Client(), 2, 1.0
ids = rows[0]["completion_ids"]
labels = torch.tensor([[-100, *ids]])
inputs = {"input_ids": torch.tensor([[9, *ids]]), "attention_mask": torch.ones(1, 1 + len(ids), dtype=torch.long)}
found = trainer._get_teacher_token_logprobs_from_server(inputs | {"labels": labels}, 1)
told = {name: value.tolist() for name, value in found.items()}
print(json.dumps({"conversational": is_conversational(rows[0]), **told}))
"""


def written(tmp_path, *answers, most=2):
    path = tmp_path / "topk.parquet"
    with TopKTable(path, IDS, most=most) as table:
        for number, places in enumerate(answers):
            table.add(f"c-{number}", TURNS, places)
    return path, table


def test_rows(tmp_path):
    path, table = written(tmp_path, PLACES)
    assert pq.read_table(path).to_pylist() == [
        {
            "id": "c-0",
            "prompt": [{"role": "user", "content": "?"}],
            "completion": [{"role": "assistant", "content": "ab"}],
            "completion_ids": [1, 2],
            "logprobs": [[-0.5, -1.0], [-1.0, -math.inf]],
            "logprob_token_ids": [[1, 2], [2, 0]],
            "actual_logprobs": [[-0.5], [-1.0]],
        }
    ]
    assert (table.written, table.unknown) == (1, 0)


def test_ids_that_the_reply_names_count_first(tmp_path):
    path, _ = written(tmp_path, (Placed(Likely(b"zzz", 40, -0.1), ()),), most=1)
    assert pq.read_table(path)["completion_ids"].to_pylist() == [[40]]


def test_a_token_without_an_id_leaves_its_answer_out(tmp_path):
    stranger = Likely(b"zzz", None, -3.0)
    path, table = written(tmp_path, (Placed(stranger, ()),), (Placed(A, (A, stranger)),), PLACES)
    assert (table.written, table.unknown, pq.read_table(path).num_rows) == (1, 2, 1)


def test_many_rows_are_written_in_pieces(tmp_path):
    path, _ = written(tmp_path, *[PLACES] * 600)
    assert pq.ParquetFile(path).metadata.num_row_groups == 3


@pytest.mark.slow
@pytest.mark.skipif(
    not (PYTHON.parents[1] / "lib" / f"python3.{sys.version_info.minor}" / "site-packages" / "trl").exists(),
    reason="TRL and datasets are not installed: `make .venv/.hf`",
)
def test_trl_reads_them_as_the_answer_of_a_teacher(tmp_path):
    path, _ = written(tmp_path, PLACES)
    command = [str(PYTHON), "-c", READ_BY_TRL, str(path), str(tmp_path / "cache")]
    environment = {"HF_HUB_OFFLINE": "1", "HOME": str(tmp_path), "TRL_EXPERIMENTAL_SILENCE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603  # ours
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "conversational": True,
        "actual_logprobs": [[-0.5, -1.0]],
        "topk_logprobs": [[[-0.5, -1.0], [-1.0, -math.inf]]],
        "topk_token_ids": [[[1, 2], [2, 0]]],
    }
