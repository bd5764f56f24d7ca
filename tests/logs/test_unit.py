"""Which identity is the account: the one whose values the accounts file lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from exchange_log import exchange, write_log
from stillwatch.logs.reading import Reading
from stillwatch.logs.unit import choose_unit

if TYPE_CHECKING:
    from pathlib import Path

_IDENTITIES = ("account_id", "user_id", "api_key_id", "team_id", "org_id", "end_user_id")


def chosen(folder: Path, known: list[str], **fields: Any) -> str | None:
    """The unit for a log whose exchange n names each identity `IDENTITY-n`, and an accounts file with `known`."""
    named = ({name: f"{name}-{number % 10}" for name in _IDENTITIES} for number in range(50))
    log = write_log(folder / "log.jsonl", (exchange(number, **ids, **fields) for number, ids in enumerate(named)))
    return choose_unit([log], pa.table({"account_id": pa.array(known, pa.string())}), Reading())


@pytest.mark.parametrize("name", _IDENTITIES[1:])
def test_the_identity_that_the_accounts_file_lists_is_the_account(tmp_path: Path, name: str) -> None:
    assert chosen(tmp_path, [f"{name}-{number}" for number in range(10)]) == name


def test_the_own_account_of_the_log_needs_no_choice(tmp_path: Path) -> None:
    assert chosen(tmp_path, [f"account_id-{number}" for number in range(10)]) is None


def test_an_accounts_file_of_somebody_else_chooses_nothing(tmp_path: Path) -> None:
    assert chosen(tmp_path, ["x", "y"]) is None
    assert chosen(tmp_path, ["team_id-1"]) is None  # a tenth of the log is chance


def test_a_draw_goes_to_the_surer_identity(tmp_path: Path) -> None:
    both = [f"{name}-{number}" for name in ("end_user_id", "api_key_id") for number in range(10)]
    assert chosen(tmp_path, both) == "api_key_id"


def test_an_empty_log_chooses_nothing(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", [])
    assert choose_unit([log], pa.table({"account_id": ["a"]}), Reading()) is None
