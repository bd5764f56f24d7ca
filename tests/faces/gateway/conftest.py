"""The mock model that gateways stand before."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Test modules are imported by path, so what stands beside them has to be made importable by hand.
sys.path.insert(0, str(Path(__file__).parent))

from mock_upstream import MockUpstream

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def shared_upstream() -> Iterator[MockUpstream]:
    with MockUpstream() as upstream:
        yield upstream


@pytest.fixture
def upstream(shared_upstream: MockUpstream) -> MockUpstream:
    """One that remembers nothing yet and answers in the usual way."""
    shared_upstream.forget()
    return shared_upstream
