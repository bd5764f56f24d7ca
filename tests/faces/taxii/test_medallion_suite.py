"""The tests that OASIS wrote for the backends of its own server, asked of ours; read from a checkout that is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_CHECKOUT = os.environ.get("STILLWATCH_MEDALLION", "")
_HERE = Path(__file__).parent
_OF_ITS_OWN_SETTINGS = (
    "test_no_config",
    "test_default_taxii_no_taxii_section",
    "test_default_userpass_no_auth_section",
    "test_default_backend_no_backend_section",
)
_OF_ITS_OWN_INSIDES = ("test_save_to_file", "test_status_cleanup")
_OF_ITS_OWN_WORDS = ("test_get_or_add_objects_422", "test_object_pagination_changing_params_400")
"""They want the title `ProcessingError` of an error; the status, which they check before, is as they want it."""


@pytest.mark.skipif(not _CHECKOUT, reason="STILLWATCH_MEDALLION names no checkout of oasis-open/cti-taxii-server")
def test_our_server_passes_what_medallion_asks_of_its_backends() -> None:
    excepted = (*_OF_ITS_OWN_SETTINGS, *_OF_ITS_OWN_INSIDES, *_OF_ITS_OWN_WORDS)
    suite = Path(_CHECKOUT) / "medallion" / "test" / "test_backends.py"
    chosen = " and ".join(f"not {name}" for name in excepted)
    paths = (str(_HERE / "foreign"), str(_HERE.parents[1]), os.environ.get("PYTHONPATH", ""))
    command = (sys.executable, "-m", "pytest", "-q", "-p", "medallion_adapter", str(suite), "-k", chosen)
    done = subprocess.run(  # noqa: S603  # our own
        [*command, "--noconftest", "-p", "no:cacheprovider", f"--rootdir={_CHECKOUT}", "-W", "default"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "72 passed" in done.stdout
