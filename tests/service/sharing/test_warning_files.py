"""Warning lists from files and folders."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import IndicatorKind
from stillwatch.service.sharing.warning_files import read_warning_files

_CLOUD = '{"name": "Cloud", "type": "cidr", "list": ["198.51.100.0/24"]}'


@pytest.mark.parametrize("place", ["cloud/list.json", "cloud.json"])
def test_a_folder_of_lists_is_read_as_misp_lays_it_out_or_flat(tmp_path, place):
    file = tmp_path / "lists" / place
    file.parent.mkdir(parents=True)
    file.write_text(_CLOUD)
    for path in (tmp_path / "lists", file):
        assert read_warning_files([path]).names(IndicatorKind.ADDRESS, "198.51.100.1") == ("Cloud",)


def test_no_lists_are_none():
    assert read_warning_files([]).is_empty


def test_a_folder_without_lists_or_a_file_that_is_none_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no warning list"):
        read_warning_files([tmp_path])
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(InputError, match=r"x\.json"):
        read_warning_files([tmp_path])
    with pytest.raises(InputError, match="cannot be read"):
        read_warning_files([tmp_path / "gone.json"])
