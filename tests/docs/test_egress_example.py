"""What the page on egress shows is what the command says of the log that the page names."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from stillwatch.faces.cli.egress_command import egress_command

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "how-to" / "watch-egress.md").read_text("utf-8")
_EXAMPLE = _ROOT / "examples" / "egress" / "egress.toml"
_SPEC = importlib.util.spec_from_file_location("egress_example", _ROOT / "docs" / "egress_example.py")
assert _SPEC is not None
assert _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)


@pytest.mark.slow
def test_the_page_shows_what_the_command_says(tmp_path: Path) -> None:
    log = tmp_path / "flows.json.gz"
    _MODULE.write_flows(log)
    said = [str(_EXAMPLE), str(log), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(egress_command, said, standalone_mode=False)
    shown = re.search(r"--out egress\n(.*?)report egress/egress\.html\n", _PAGE, re.DOTALL)
    assert shown
    assert done.output.startswith(shown[1])
    assert done.return_value == 1


def test_the_page_quotes_the_example() -> None:
    quoted = re.search(r"```toml\n# examples/egress/egress\.toml\n(.*?)```", _PAGE, re.DOTALL)
    assert quoted
    assert [line for line in quoted[1].splitlines() if line not in _EXAMPLE.read_text("utf-8").splitlines()] == []
