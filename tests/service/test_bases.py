from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.core.campaign import Basis
from stillwatch.core.errors import InputError
from stillwatch.service.bases import Bases, read_bases, write_bases
from stillwatch.service.settings import ScanSettings

BASIS = Basis(campaign_id="c-1", origin="shared_template", kinds=(1, 2), keys=(5, -7), p_value=1e-9, judged=12)


def test_what_was_written_is_read_back(tmp_path):
    settings = ScanSettings(
        logs=("a",), store=tmp_path / "store", accounts=tmp_path / "a.csv", since=5, fdr=0.05, seed=3
    )
    write_bases(tmp_path, settings, [BASIS])
    kept = ScanSettings(store=tmp_path / "store", accounts=tmp_path / "a.csv", since=5, fdr=0.05, seed=3)
    assert read_bases(tmp_path, None) == Bases(settings=kept, bases=(BASIS,))
    assert read_bases(tmp_path, Path("moved")).settings.store == Path("moved")


def test_a_folder_without_a_result_and_a_foreign_file_are_told(tmp_path):
    with pytest.raises(InputError, match="nothing to explain here"):
        read_bases(tmp_path, None)
    (tmp_path / "explain.json").write_text('{"schema": "other/1"}')
    with pytest.raises(InputError, match=r"explain\.json"):
        read_bases(tmp_path, None)
