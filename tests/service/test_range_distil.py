"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from small_bench import small_settings
from stillwatch.core.errors import SettingsError
from stillwatch.service.range_distil import range_distil


def run(out, **options):
    seen = []
    return range_distil(small_settings(out, **options), lambda stage, _done, _total: seen.append(stage)), set(seen)


@pytest.mark.slow
def test_nothing_is_done_twice(tmp_path):
    first, stages = run(tmp_path)
    assert stages == {"teacher", "plain", "gumbel-answers", "000", "000 asked", "gumbel-100", "gumbel-100 asked"}
    assert json.loads((tmp_path / "results.json").read_text()) == json.loads(json.dumps(first))
    again, stages = run(tmp_path)
    assert stages == set()
    assert again == first
    (tmp_path / "student-gumbel-100.npz").unlink()
    again, stages = run(tmp_path)
    assert stages == {"gumbel-100"}
    assert again == first


def test_a_folder_holds_one_seed(tmp_path):
    (tmp_path / "settings.json").write_text("{}")
    with pytest.raises(SettingsError, match="another experiment"):
        run(tmp_path, seed=2)
