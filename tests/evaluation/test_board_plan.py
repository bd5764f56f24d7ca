import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.board_plan import BoardLog, code_digest, load_plan
from stillwatch.evaluation.library import list_scenarios


def test_the_plan_covers_the_library_and_names_nothing_else():
    planned = {one.scenario for one in load_plan()}
    known = {one.name for one in list_scenarios()}
    assert planned == known - {"speed", "scale"}


def test_a_log_has_one_scale_whatever_names_it():
    scales = {}
    for one in load_plan():
        assert scales.setdefault(one.file_name, one.scale) == one.scale


def test_detectors_by_measure():
    parts = BoardLog("x", 1, 1.0, ("whole", "parts", "baselines")).detectors()
    assert parts[0] == "stillwatch"
    assert {"baseline:shared_keys", "without:shared_template", "only:shared_template"} <= set(parts)
    assert BoardLog("x", 1, 1.0, ("leaks",)).detectors() == ()


def test_an_unknown_measure_is_named(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text('[[log]]\nscenarios = ["sample"]\nseeds = [1]\nscale = 1\nmeasures = ["speed"]\n')
    with pytest.raises(InputError, match="speed"):
        load_plan(path)


def test_the_digest_is_stable():
    assert code_digest() == code_digest()
    assert len(code_digest()) == 12
