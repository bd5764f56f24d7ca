"""A gateway's own logs say which replies carry which mark, where no guard sees them."""

from __future__ import annotations

from datetime import UTC, datetime

from exchange_log import exchange, quiet, write_log
from stillwatch.core.deployed_mark import DeployedMark
from stillwatch.logs.reading import Reading
from stillwatch.service.attribution.read_served import read_served
from stillwatch.service.attribution.register_logs import Registered, register_logs

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
AT = int(NOON.timestamp()) * 10**9
HOUR = 3_600 * 10**9
DEPLOYED = DeployedMark(
    at=NOON,
    engine="vllm",
    release="0.33",
    models=(),
    scheme="vllm_gumbel",
    parameters={},
    label="global/2026-11-16",
    key_id="0b",
    leaf=0,
    tokenizer_sha256="",
)


def test_the_register_of_a_log(tmp_path):
    log = write_log(
        tmp_path / "log.jsonl",
        [
            exchange(1, started_at=AT + HOUR),
            exchange(2, started_at=AT - HOUR),
            exchange(3, started_at=AT + HOUR, params='{"temperature":0}'),
            exchange(4, started_at=AT + HOUR, status_code=429),
        ],
    )
    found = register_logs([str(log)], Reading(), [DEPLOYED], tmp_path / "served.jsonl", progress=quiet)
    assert found == Registered(3, 1, 0, ())
    register = read_served([str(tmp_path / "served.jsonl")])
    ids = [(exchange(number)["record_id"],) for number in (1, 2, 3)]
    assert register.are_under("global/2026-11-16", ids) == [True, False, False]
    assert sorted(fate.why for fate in register.tallies) == [
        "",
        "drawn without chance",
        "no mark was deployed for this model",
    ]
