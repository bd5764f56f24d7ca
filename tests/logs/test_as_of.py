from __future__ import annotations

from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.as_of import known_at


def test_a_ban_that_comes_later_is_not_known(tmp_path):
    file = tmp_path / "accounts.csv"
    file.write_text("account_id,banned_at\na,2026-03-01T00:00:00Z\nb,2026-03-05T00:00:00Z\nc,\n")
    accounts = read_accounts(file)
    march_3 = 1_772_496_000 * 10**9
    table = known_at(accounts, march_3)
    assert [one is not None for one in table["banned_at"].to_pylist()] == [True, False, False]
    assert known_at(accounts, None) is accounts.table
    assert known_at(None, march_3) is None
