"""One small sample and one scan of it, shared by every test that only looks at them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import hypothesis
import pytest

# Test modules are imported by path, so the factory beside this file has to be made importable by hand.
sys.path.insert(0, str(Path(__file__).parent))

from exchange_log import quiet
from stillwatch.service.sample import sample
from stillwatch.service.scan import scan
from stillwatch.service.settings import ScanSettings

if TYPE_CHECKING:
    from stillwatch.core.campaign import ScanResult
    from stillwatch.evaluation.compose import Composed


# Machines are shared: a case that takes long has waited. Tests of cost count processor time themselves. `make test`
# tries the same cases each time, so that what it says is about the change; `make test-all` looks for new ones.
hypothesis.settings.register_profile("shared machine", deadline=None, derandomize=True)
hypothesis.settings.register_profile("exploring", deadline=None)
hypothesis.settings.load_profile("shared machine")


class Scanned(NamedTuple):
    settings: ScanSettings
    result: ScanResult


@pytest.fixture(scope="session")
def small_sample(tmp_path_factory: pytest.TempPathFactory) -> Composed:
    """The built-in sample with a tenth of its accounts. Do not write into it."""
    return sample(tmp_path_factory.mktemp("sample"), scale=0.1)


@pytest.fixture(scope="session")
def small_scan(small_sample: Composed, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """A scan of the small sample. Copy its store before changing it."""
    settings = ScanSettings(
        logs=tuple(str(path) for path in small_sample.logs),
        store=tmp_path_factory.mktemp("scan") / "store",
        accounts=small_sample.accounts_path,
        authorised=small_sample.authorised_path,
        workers=1,
        memory_bytes=1 << 30,
    )
    result = scan(settings, clock=lambda: datetime(2026, 7, 1, tzinfo=UTC), progress=quiet)
    return Scanned(settings, result)
