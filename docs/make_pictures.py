"""Make the pictures of the documentation: compose samples, scan them, photograph the reports in a browser.

Run by hand when the report's looks change: `.venv/bin/python docs/make_pictures.py`. Needs Chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from egress_example import write_flows

from stillwatch.faces.report.render_egress import render_egress
from stillwatch.faces.report.render_report import render_report
from stillwatch.service.evidence.watch_egress import watch_egress
from stillwatch.service.sample import sample
from stillwatch.service.scan import scan
from stillwatch.service.settings import ScanSettings

_IMAGES = Path(__file__).parent / "images"
_MOST_BYTES = 300_000
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=4000")


def main() -> None:
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        sys.exit(f"no browser: install one of {', '.join(_BROWSERS)}")
    _IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as work:
        page = _report(Path(work))
        _photograph(browser, page, _IMAGES / "report.png", width=1120, height=1060)
        _photograph(browser, _egress(Path(work)), _IMAGES / "egress.png", width=1120, height=1750)


def _report(work: Path) -> Path:
    made = sample(work / "sample")
    settings = ScanSettings(
        logs=(str(work / "sample" / "log"),),
        store=work / "store",
        accounts=made.accounts_path,
        authorised=made.authorised_path,
    )
    result = scan(settings, clock=lambda: datetime(2026, 7, 1, 9, tzinfo=UTC), progress=lambda *_: None)
    page = work / "report.html"
    page.write_text(render_report(result), encoding="utf-8")
    return page


def _egress(work: Path) -> Path:
    write_flows(work / "flows.json.gz")
    declared = Path(__file__).parents[1] / "examples" / "egress" / "egress.toml"
    watch = watch_egress(declared, [str(work / "flows.json.gz")], work, at=datetime(2026, 5, 1, 9, tzinfo=UTC))
    page = work / "egress.html"
    page.write_text(render_egress(watch), encoding="utf-8")
    return page


def _photograph(browser: str, page: Path, picture: Path, *, width: int, height: int) -> None:
    options = (*_OPTIONS, f"--user-data-dir={page.parent}/profile", f"--window-size={width},{height}")
    command = [browser, *options, f"--screenshot={picture}", page.as_uri()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
    if picture.stat().st_size > _MOST_BYTES:
        sys.exit(f"{picture} has {picture.stat().st_size:,} bytes; make the window smaller")


if __name__ == "__main__":
    main()
