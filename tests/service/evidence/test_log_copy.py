from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, PeerError
from stillwatch.evidence.checkpoint import read_checkpoint
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.merkle_proof import check_consistency
from stillwatch.service.evidence.log_copy import beginning_of, fetched
from stillwatch.service.evidence.tile_log import TileLog

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_shows_the_beginning_of_its_log(tmp_path: Path) -> None:
    log = TileLog.make(tmp_path / "log", LogSigner.from_seeds("log.example", bytes(32)), clock=lambda: 0.0)
    roots = {}
    for size in (1, 3, 256, 300, 1_000):
        log.append([b"%d" % number for number in range(log.size, size)])
        roots[size] = read_checkpoint(log.checkpoint().text).root
    for old in (1, 3, 256, 300):
        for source in (tmp_path, tmp_path / "log"):
            shown = beginning_of(str(source), old, 1_000)
            assert shown.root == roots[old]
            check_consistency(old, shown.root, 1_000, shown.path, roots[1_000])
    with pytest.raises(InputError, match="missing"):
        beginning_of(str(tmp_path), 3, 2_000)


def test_only_the_web_is_asked() -> None:
    for address in ("file:///etc/passwd", "ftp://example/log"):
        with pytest.raises(PeerError, match="no address"):
            fetched(address, 10)
