"""Training data hold what the licence covers and what is whole, and their card says where they are from."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from exchange_log import exchange, quiet
from licensed import KEY, NOW, PUBLIC, licence, log_of
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.policy import Wants
from stillwatch.logs.reading import Reading
from stillwatch.service.licences.export_licensed import TopK, export_licensed
from stillwatch.service.licences.licence_folder import issue_licence, licences_in
from stillwatch.service.licences.licensed_exchanges import Logs
from stillwatch.service.licences.token_ids import TokenIds

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.service.licences.licence_folder import Standing


@pytest.fixture
def standing(tmp_path: Path) -> Standing:
    issue_licence(licence(), tmp_path / "lic", KEY, at=NOW)
    return licences_in(tmp_path / "lic", [PUBLIC], at=NOW)[0]


def test_conversations_and_their_card(standing: Standing, tmp_path: Path) -> None:
    log = log_of(
        tmp_path,
        exchange(1, "acct-1", system_text="Be brief.", prompt_text="Wie spät?", reply_text="Zwölf."),
        exchange(2, "acct-1", turn=2),
        exchange(3, "acct-1", reply_text=None),
        exchange(4, "acct-2"),
    )
    made = export_licensed(standing, log, tmp_path / "out", at=NOW)
    data = (tmp_path / "out" / "train.jsonl").read_bytes()
    assert [json.loads(line) for line in data.splitlines()] == [
        {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Wie spät?"},
                {"role": "assistant", "content": "Zwölf."},
            ]
        }
    ]
    assert (made.written, made.later_turns, made.empty) == (1, 1, 1)
    assert made.sha256 == hashlib.sha256(data).hexdigest()
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert card.startswith('---\nlicense: other\nlicense_name: "licence to distil g-1"\n')
    assert made.sha256 in card
    assert "marked with the key `grant/g-1`" in card
    assert (tmp_path / "out" / "LICENCE.jws").read_bytes() == standing.path.read_bytes()


def test_a_folder_that_holds_something_is_left_alone(standing: Standing, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").touch()
    with pytest.raises(SettingsError, match="not empty"):
        export_licensed(standing, log_of(tmp_path), tmp_path / "out", at=NOW)


TOP = TopK(TokenIds([(b"Be", 1), (b"cause.", 2), (b"No", 3)]), 2)


def payload_log(tmp_path: Path) -> Logs:
    """What LiteLLM logs of one answer with log-probabilities."""
    top = [{"token": "No", "logprob": -2.5}, {"token": "Be", "logprob": -0.1}]
    places = [
        {"token": "Be", "logprob": -0.1, "top_logprobs": top},
        {"token": "cause.", "logprob": -0.2, "top_logprobs": []},
    ]
    message = {"role": "assistant", "content": "Because."}
    record = {
        "id": "chatcmpl-1",
        "litellm_call_id": "call-1",
        "call_type": "acompletion",
        "status": "success",
        "startTime": NOW.timestamp(),
        "endTime": NOW.timestamp() + 1,
        "model": "model-large",
        "model_group": "model-large",
        "metadata": {"user_api_key_org_id": "org-1"},
        "messages": [{"role": "user", "content": "Why?"}],
        "response": {
            "id": "chatcmpl-1",
            "model": "model-large",
            "choices": [{"index": 0, "message": message, "logprobs": {"content": places}}],
        },
        "model_parameters": {},
        "hidden_params": {},
    }
    path = tmp_path / "payloads.jsonl"
    path.write_text(json.dumps(record) + "\n", "utf-8")
    return Logs((str(path),), Reading(), quiet)


def test_log_probabilities_go_out_where_they_are_granted(tmp_path: Path) -> None:
    granted = licence(features=(Wants.LOGPROBS,), accounts=("org-1",))
    issue_licence(granted, tmp_path / "lic", KEY, at=NOW)
    standing = licences_in(tmp_path / "lic", [PUBLIC], at=NOW)[0]
    made = export_licensed(standing, payload_log(tmp_path), tmp_path / "out", at=NOW, top=TOP)
    assert (made.written, made.with_logprobs, made.unknown_tokens) == (1, 1, 0)
    (row,) = pq.read_table(tmp_path / "out" / "topk.parquet").to_pylist()
    assert row["completion_ids"] == [1, 2]
    assert row["logprob_token_ids"] == [[1, 3], [2, 0]]
    assert "| With the likeliest tokens | 1 of them" in (tmp_path / "out" / "README.md").read_text("utf-8")


def test_log_probabilities_that_are_not_granted_stay_in_the_log(standing: Standing, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="grants no log-probabilities"):
        export_licensed(standing, log_of(tmp_path), tmp_path / "out", at=NOW, top=TOP)
    assert not (tmp_path / "out").exists()
