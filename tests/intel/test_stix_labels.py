from __future__ import annotations

import pytest
from shared_factory import NOW, campaign

from stillwatch.intel.stix_labels import read_labels, write_labels


def test_what_is_written_is_read() -> None:
    sent = campaign(is_machine_made=True)
    read = read_labels(write_labels(sent), valid_until=NOW)
    assert (read.accounts, read.exchanges, read.valid_until) == (sent.accounts, sent.exchanges, sent.valid_until)
    assert (read.roles, read.capabilities, read.services) == (sent.roles, sent.capabilities, sent.services)
    assert (read.response, read.legal_basis, read.machine_made) == (sent.response, sent.legal_basis, True)


@pytest.mark.parametrize("label", ["accounts:²", "accounts:-1", "accounts:" + "9" * 5000, "valid-until:2026", "x", ""])
def test_what_is_no_value_is_none(label: str) -> None:
    read = read_labels([label], valid_until=NOW)
    assert (read.accounts, read.valid_until) == (0, NOW)
