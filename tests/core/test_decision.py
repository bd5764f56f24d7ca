"""A decision is no yes or no."""

from __future__ import annotations

import pytest

from stillwatch.core.decision import DENIALS, Action, Decision


def test_a_decision_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match=r"compare decision\.action"):
        bool(Decision(action=Action.ALLOW))


def test_all_but_allow_deny() -> None:
    assert set(Action) - DENIALS == {Action.ALLOW}
