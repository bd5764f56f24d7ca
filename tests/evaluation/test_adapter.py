"""Other people's detectors: any command that reads {log} and writes {out}/campaigns.json."""

import sys

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.evaluation.adapter import run_detector
from stillwatch.evaluation.stand import LogFiles

WRITES = "import sys, pathlib; pathlib.Path(sys.argv[2], 'campaigns.json').write_text(sys.argv[1])"


@pytest.fixture
def files(tmp_path):
    return LogFiles(tmp_path / "my log", tmp_path / "accounts.csv", tmp_path / "authorised.toml")


def test_places_are_filled_in_and_the_result_is_found(files, tmp_path):
    found = run_detector(f'{sys.executable} -c "{WRITES}" {{log}} {{out}}', files, tmp_path / "result")
    assert found.read_text() == str(files.log)


@pytest.mark.parametrize(
    ("command", "error", "said"),
    [
        pytest.param("detector {log}", SettingsError, "no {out}", id="no place for the result"),
        pytest.param("detector {log} {out} {answers}", SettingsError, "unknown place", id="unknown place"),
        pytest.param("no-such-program-here {log} {out}", InputError, "No such file", id="cannot start"),
        pytest.param(f"{sys.executable} -c 1/0 {{log}} {{out}}", InputError, "wrote no", id="writes nothing"),
        pytest.param(f"{sys.executable} -c exit(7) {{log}} {{out}}", InputError, "ended with 7", id="fails"),
    ],
)
def test_what_goes_wrong_is_said(files, tmp_path, command, error, said):
    with pytest.raises(error, match=said):
        run_detector(command, files, tmp_path / "result")


def test_what_a_detector_that_wrote_nothing_said_is_told(files, tmp_path):
    command = f"{sys.executable} -c \"raise SystemExit('no such module')\" {{log}} {{out}}"
    with pytest.raises(InputError, match=r"wrote no campaigns\.json: no such module"):
        run_detector(command, files, tmp_path / "out")
