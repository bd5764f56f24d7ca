"""What a scan is told: read once at the edge into one frozen object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stillwatch.logs.sketching import ContentMode, Unit
    from stillwatch.service.export_settings import ExportSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineChoice:
    """Which engine answers the queries; the result is the same."""

    name: Literal["duckdb", "spark"] = "duckdb"
    spark_conf: Mapping[str, str] = field(default_factory=dict)
    """Spark's own settings by name, over those of SPARK_CONF_DIR and spark-submit."""


ON_DUCKDB: Final = EngineChoice()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSettings:
    logs: tuple[str, ...] = ()
    """Files, folders or globs, or tables (`logs.lakes.open_table`); none and no export = scan what the store holds."""
    export: ExportSettings | None = None
    """A database to read too."""
    store: Path
    accounts: Path | None = None
    authorised: Path | None = None
    calibration: Path | None = None
    """What people found about denied accounts (`calibration.jsonl` of `stillwatch appeals`); bounds the confidence."""
    corpora: Path | None = None
    """Folder of public prompt sets (`stillwatch corpus add --corpora`), beside those that the store has already."""
    format_name: str | None = None
    mapping: Path | None = None
    content: ContentMode | None = None
    unit: Unit | None = None
    """The identity that counts as the account; None = the one that the accounts file knows, else the log's own."""
    salt_file: Path | None = None
    """Of a store that is yet to be made, so that members of a group can compare their templates; None = a salt of its
    own.
    """
    since: int | None = None
    """Nanoseconds since 1970 UTC."""
    until: int | None = None
    """The first nanosecond after."""
    fdr: float = 0.01
    seed: int = 7
    workers: int = 0
    memory_bytes: int = field(default=3 << 30)
    keeps_summaries: bool = True
    """Keep in the store what a scan of all of it worked out, for the next scan of the same."""
    is_strict: bool = False
    engine: EngineChoice = ON_DUCKDB
    driver_accounts: int = 10_000_000
    """How many accounts are looked at together; more of them are looked at in parts."""
