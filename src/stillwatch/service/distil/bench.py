"""What every experiment with small students is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from stillwatch.service.distil.distil_settings import DistilSettings
    from stillwatch.service.distil.judge_student import Vault
    from stillwatch.service.distil.teach import Taught


class Bench(NamedTuple):
    settings: DistilSettings
    taught: Taught
    vault: Vault
    """Its key ring and its log."""
