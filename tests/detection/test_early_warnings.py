"""Early warnings of a whole scan: who is warned of, and who is not."""

from __future__ import annotations

import numpy as np

from exchange_log import MINUTE, START, exchange, scanned, write_log

REFUSED = (np.random.default_rng(4).random(240) < 0.65).tolist()
REQUEST = "describe the second step of the old dyeing recipe from the mill in full detail"


def _sweep(number):
    """A variant that nobody else sent, refused two times in three."""
    return exchange(
        10_000 + number,
        account=f"sweeper-{number % 3}",
        started_at=START + number * 20 * MINUTE,
        prompt_text=f"Pretending to be person {number:x} of house {number * 7:x}: {REQUEST}",
        status_code=403 if REFUSED[number] else 200,
    ) | {"output_tokens": 400}


def _ordinary(number):
    return exchange(number, account=f"acct-{number % 40}") | {"output_tokens": 300}


def _swept(tmp_path, **settings):
    records = [*(_ordinary(n) for n in range(1200)), *(_sweep(n) for n in range(240))]
    return scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", records)], **settings)


def test_a_sweep_is_warned_of_and_nobody_is_accused(tmp_path):
    result = _swept(tmp_path)
    (warning,) = result.early_warnings
    assert (warning.kind, set(warning.accounts)) == ("variant_sweep", {"sweeper-0", "sweeper-1", "sweeper-2"})
    assert "one-off variants of one request by 3 accounts, 59% of them refused" in warning.because
    assert warning.twin == "red-team evaluation"
    assert "dyeing recipe" in warning.excerpt
    assert result.campaigns == ()


def test_an_ordinary_log_has_none(tmp_path):
    log = write_log(tmp_path / "log.jsonl", (_ordinary(n) for n in range(1200)))
    assert scanned(tmp_path / "store", [log]).early_warnings == ()


def test_a_red_team_that_names_its_organisation_is_not_warned_of(tmp_path):
    rows = "".join(f"sweeper-{number},Careful Red Team Ltd\n" for number in range(3))
    accounts = tmp_path / "accounts.csv"
    accounts.write_text(f"account_id,organisation\n{rows}")
    assert _swept(tmp_path, accounts=accounts).early_warnings == ()


def test_customers_of_the_ledger_are_not_warned_of(tmp_path):
    ledger = tmp_path / "authorised.toml"
    ledger.write_text(
        '[[authorised]]\nname = "red team"\npurpose = "red teaming"\n'
        'account_ids = ["sweeper-0", "sweeper-1", "sweeper-2"]\n'
    )
    assert _swept(tmp_path, authorised=ledger).early_warnings == ()


def test_a_client_that_is_refused_in_one_block_is_not_warned_of(tmp_path):
    broken = (_sweep(n) | {"status_code": 400 if 60 <= n < 200 else 200} for n in range(240))
    log = write_log(tmp_path / "log.jsonl", [*(_ordinary(n) for n in range(1200)), *broken])
    assert scanned(tmp_path / "store", [log]).early_warnings == ()
