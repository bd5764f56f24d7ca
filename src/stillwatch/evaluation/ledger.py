"""The authorised-use ledger of a composed log, as TOML."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from stillwatch.evaluation.accounts import AccountBook, account_ids

if TYPE_CHECKING:
    import pyarrow as pa

    from stillwatch.evaluation.scenario import Scenario


def ledger_text(accounts: pa.Table, book: AccountBook, scenario: Scenario) -> str:
    """One `[[authorised]]` for each population with a declared purpose."""
    ids = account_ids(book).to_pylist()
    organisation = dict(zip(accounts["account_id"].to_pylist(), accounts["organisation"].to_pylist(), strict=True))
    holders: dict[int, list[str]] = {}
    begin = 0
    for block in book.blocks:
        holders.setdefault(block.population, []).extend(ids[begin : begin + len(block.slot)])
        begin += len(block.slot)
    entries = []
    for number, population in enumerate(scenario.population):
        held = [account for account in holders.get(number, []) if account in organisation]
        if population.registry.authorised and held:
            entries.append(_entry(population.registry.authorised, held, organisation[held[0]], scenario))
    return "\n".join(entries) if entries else "# no authorised use\n"


def _entry(purpose: str, held: list[str], organisation: str | None, scenario: Scenario) -> str:
    listed = ", ".join(f'"{account}"' for account in held)
    valid_from = (scenario.starts_at - timedelta(days=120)).date()
    valid_until = (scenario.starts_at + timedelta(days=365)).date()
    return (
        f'[[authorised]]\nname = "{organisation or held[0]} agreement"\norganisation = "{organisation or ""}"\n'
        f'account_ids = [{listed}]\npurpose = "{purpose}"\nvalid_from = {valid_from}\nvalid_until = {valid_until}\n'
        f'contract = "DPA-{held[0][:6]}"\n'
    )
