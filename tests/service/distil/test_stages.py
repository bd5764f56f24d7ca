from __future__ import annotations

import numpy as np
import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.service.distil.stages import Stages


def test_what_was_made_is_not_made_again_and_what_broke_off_is(tmp_path):
    stages = Stages.open(tmp_path, {"seed": 1})

    def broken():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stages.arrays("text", broken)
    assert stages.arrays("text", lambda: {"rows": np.eye(2)})["rows"].tolist() == [[1, 0], [0, 1]]
    assert Stages.open(tmp_path, {"seed": 1}).arrays("text", broken)["rows"].shape == (2, 2)


def test_stages_of_another_experiment_are_left_alone(tmp_path):
    Stages.open(tmp_path, {"seed": 1})
    with pytest.raises(SettingsError, match="another experiment"):
        Stages.open(tmp_path, {"seed": 2})
    assert '"seed": 1' in (tmp_path / "settings.json").read_text()
