"""Which families of evidence a log could support, as shares of its exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.campaign import Family

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa


def family_coverage(counts: Mapping[str, int], accounts: pa.Table | None) -> dict[str, float]:
    """Share of exchanges, 0..1, whose fields can support each family; `counts` is the row of coverage.sql.

    Registration is the share of the accounts file's rows that hold a payment, device, mail or opening time.
    """
    total = max(1, counts["exchanges"])
    shares = {
        Family.CONTENT: counts["with_text"] / total,
        Family.TIMING: 1.0 if counts["exchanges"] else 0.0,
        Family.SUCCESSION: counts["with_chain"] / total,
        Family.INFRASTRUCTURE: max(counts["with_address"], counts["with_client"]) / total,
        Family.REGISTRATION: _registered(accounts),
        Family.PARAMETERS: counts["with_params"] / total,
    }
    return {str(family): round(share, 4) for family, share in shares.items()}


def _registered(accounts: pa.Table | None) -> float:
    if accounts is None or accounts.num_rows == 0:
        return 0.0
    columns = [
        name for name in ("created_at", "payment_key", "device_key", "email_key") if name in accounts.column_names
    ]
    return max((1 - accounts[name].null_count / accounts.num_rows for name in columns), default=0.0)
