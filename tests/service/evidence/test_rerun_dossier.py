"""The figures of a sealed package come out again from the keys in it, or it is said which do not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from exchange_log import quiet
from gathered import KEY
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.case_check import Trust
from stillwatch.evidence.sealed_case import Tier
from stillwatch.service.evidence.dossier_files import Pages
from stillwatch.service.evidence.rerun_dossier import check_keys, rerun_dossier
from stillwatch.service.evidence.seal_dossier import Sealer, seal_dossier


@pytest.fixture(scope="module")
def package(dossier_stand, tmp_path_factory):
    pages = {Tier.REDACTED: Pages(b"<html>", b"%PDF")}
    out = tmp_path_factory.mktemp("package") / "case.zip"
    seal_dossier(dossier_stand.gathered, pages, out, Sealer(log=dossier_stand.log, key=KEY), keys=dossier_stand.keys)
    return out


def _rerun(package, work, keys=None):
    return rerun_dossier(package, Trust(), work, keys=keys, clock=lambda: datetime.now(UTC), progress=quiet)


def test_every_figure_comes_out_from_the_redacted_package_alone(dossier_stand, package, tmp_path):
    found = _rerun(package, tmp_path)
    assert found.differences == ()
    assert found.is_same_code
    assert found.recipe.exchanges == dossier_stand.result.run.exchanges


def test_a_package_that_was_changed_is_not_run(package, tmp_path):
    data = bytearray(package.read_bytes())
    data[len(data) // 2] ^= 1
    changed = tmp_path / "changed.zip"
    changed.write_bytes(data)
    with pytest.raises(VerificationError):
        _rerun(changed, tmp_path)


def test_a_package_without_keys_says_where_they_must_be_named(dossier_stand, tmp_path):
    pages = {Tier.REDACTED: Pages(b"<html>", b"%PDF")}
    sealer = Sealer(log=dossier_stand.log, key=KEY)
    seal_dossier(dossier_stand.gathered, pages, tmp_path / "case.zip", sealer, keys=None)
    with pytest.raises(InputError, match=r"not in this package.*--keys"):
        _rerun(tmp_path / "case.zip", tmp_path)


def test_keys_that_were_handed_over_beside_it_are_held_to_the_recipe(dossier_stand, tmp_path):
    recipe = dossier_stand.gathered.recipe
    check_keys(dossier_stand.keys, recipe)
    copy = tmp_path / "keys"
    shutil.copytree(dossier_stand.keys, copy)
    (copy / "settings.json").write_text("{}")
    with pytest.raises(InputError, match="other keys"):
        check_keys(copy, recipe)
    with pytest.raises(InputError, match="not there"):
        check_keys(tmp_path, replace(recipe, keys_sha256={"gone": "ab"}))
