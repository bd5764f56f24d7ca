from __future__ import annotations

from pathlib import Path

from stillwatch import detection
from stillwatch.detection.shelves import links, signals

ROOT = Path(detection.__path__[0])


def on_disk(shelf):
    return sorted(file.stem for file in (ROOT / shelf).glob("[!_]*.py"))


def test_every_file_of_a_shelf_is_on_it():
    assert [link.name for link in links()] == on_disk("links")
    assert [signal.name for signal in signals()] == on_disk("signals")


def test_every_file_is_its_own_manual_page():
    for shelf in ("links", "signals"):
        for name in on_disk(shelf):
            text = (ROOT / shelf / f"{name}.py").read_text("utf-8")
            assert text.startswith('"""')
            assert "Looks the same:" in text.split('"""')[1], name
