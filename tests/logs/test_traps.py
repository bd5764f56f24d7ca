"""Every trap is named in a log that has it, and in no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from exchange_log import exchange, scanned, write_log

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_YEAR = 365 * 86_400 * 10**9
_TRAPS: dict[str, tuple[Callable[[int], dict[str, Any]], str]] = {
    "no account": (lambda _: {"account_id": None}, "no exchange names an account"),
    "caller-written end user": (lambda number: {"end_user_id": f"u{number}"}, "is written by the caller"),
    "load balancer": (lambda _: {"client_address": "10.0.0.1"}, "as behind a load balancer"),
    "content missing": (lambda number: {"prompt_text": "Hi" if number % 2 else None}, "have no prompt text"),
    "clock skew": (lambda number: {"ended_at": exchange(number)["started_at"] - 10**9}, "end before they start"),
    "stray clock": (
        lambda number: {
            "started_at": exchange(number)["started_at"] - _YEAR * 5 * (number == 77),
            "account_id": f"acct-{number % 200}",  # a single account among few would be taken for a long history
        },
        "years away from the rest",
    ),
    "repeated records": (lambda number: {"record_id": f"r{number // 2}"}, "came in more than once"),
}


def warnings_of(folder: Path, fields: Callable[[int], dict[str, Any]], **settings: Any) -> tuple[str, ...]:
    log = write_log(folder / "log.jsonl", (exchange(number) | fields(number) for number in range(400)))
    return scanned(folder / "store", [log], **settings).run.warnings


@pytest.mark.parametrize(("fields", "said"), _TRAPS.values(), ids=_TRAPS)
def test_a_trap_is_said_aloud(tmp_path: Path, fields: Callable[[int], dict[str, Any]], said: str) -> None:
    assert [said in warning for warning in warnings_of(tmp_path, fields)].count(True) == 1


def test_a_plain_log_has_none(tmp_path: Path) -> None:
    told = warnings_of(tmp_path, lambda _: {})
    assert [trap for trap, (_, said) in _TRAPS.items() if any(said in warning for warning in told)] == []


def test_content_that_is_not_kept_is_said_instead_of_missing(tmp_path: Path) -> None:
    told = " ".join(warnings_of(tmp_path, lambda _: {}, content="none"))
    assert "the store keeps nothing of the content" in told
    assert "have no prompt text" not in told


def test_accounts_that_the_accounts_file_lacks_are_counted(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("account_id\n" + "".join(f"acct-{number}\n" for number in range(7)))
    told = warnings_of(tmp_path, lambda _: {}, accounts=accounts)
    assert "3 of 10 accounts of the log are not in the accounts file" in told
