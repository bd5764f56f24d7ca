from __future__ import annotations

import pytest

from stillwatch.service.distil.adjusted import adjusted


def test_every_test_of_every_experiment_counts():
    tried = {
        "shares": {"tests": [{"student": "a", "log10_p": -10.0}, {"student": "b", "log10_p": -1.0}]},
        "figures": {"table": [1]},
        "layers": {"tests": [{"student": "c", "log10_p": -5.0}]},
    }
    found = adjusted(tried)
    assert list(found) == ["shares", "figures", "layers"]
    assert found["figures"] == {"table": [1]}
    rows = found["shares"]["tests"] + found["layers"]["tests"]
    assert [one["student"] for one in rows] == ["a", "b", "c"]
    # Holm: the least is multiplied by three, the next by two, the last by one.
    assert [10 ** one["adjusted_log10_p"] for one in rows] == pytest.approx([3e-10, 0.1, 2e-5])
    assert "adjusted_log10_p" not in tried["shares"]["tests"][0]
