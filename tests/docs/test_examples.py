"""What the how-to pages quote is what we ship, and the paths that they name are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "how-to").glob("guard-*.md"))
QUOTED = {
    "guard-nginx.md": ("nginx", "nginx.conf"),
    "guard-envoy.md": ("yaml", "envoy.yaml"),
    "guard-caddy-haproxy.md": ("", "Caddyfile"),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize(("page", "kind", "example"), [(page, *of) for page, of in QUOTED.items()])
def test_what_a_page_quotes_stands_in_the_example(page: str, kind: str, example: str) -> None:
    text = (ROOT / "docs" / "how-to" / page).read_text()
    quoted = re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)
    assert quoted
    shipped = {line.split("#")[0].strip() for line in (ROOT / "examples" / "guard" / example).read_text().splitlines()}
    assert [line for line in quoted[1].splitlines() if line.strip() and line.strip() not in shipped] == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_the_unit_is_one(tmp_path: Path) -> None:
    unit = tmp_path / "stillwatch-guard.service"
    text = (ROOT / "examples" / "guard" / "stillwatch-guard.service").read_text()
    unit.write_text(text.replace("/usr/local/bin/stillwatch", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    assert [line for line in done.stderr.splitlines() if unit.name in line] == []
