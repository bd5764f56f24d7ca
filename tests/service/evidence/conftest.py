"""One dossier for the tests that only look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gathered import Stand, stand

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def dossier_stand(small_scan: Any, tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """Gathered from the small scan; do not write into it but to its log."""
    folder: Path = tmp_path_factory.mktemp("dossier")
    return stand(small_scan, folder)
