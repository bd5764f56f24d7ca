"""Decompression by content, in members, cut off or damaged, in bounded memory."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest
import zstandard
from log_factory import written

from stillwatch.core.errors import InputError
from stillwatch.logs.streams import DAMAGED, ENDS_EARLY, Stream

if TYPE_CHECKING:
    from pathlib import Path

TEXT = b'{"a": 1}\n' * 5000
SKIPPABLE = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"note"
GZIP = gzip.compress(TEXT)
ZSTD = zstandard.compress(TEXT)


def read(folder: Path, content: bytes) -> tuple[bytes, str]:
    stream = Stream(written(folder, content))
    return b"".join(stream.chunks()), stream.fault


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(TEXT, TEXT, id="plain"),
        pytest.param(b"", b"", id="empty"),
        pytest.param(GZIP, TEXT, id="gzip"),
        pytest.param(GZIP + GZIP, TEXT * 2, id="gzip in two members"),
        pytest.param(GZIP + b"\0" * 512, TEXT, id="gzip padded with zeros"),
        pytest.param(gzip.compress(b""), b"", id="gzip of nothing"),
        pytest.param(ZSTD, TEXT, id="zstd"),
        pytest.param(ZSTD + SKIPPABLE + ZSTD, TEXT * 2, id="zstd frames with a skippable one between"),
        pytest.param(SKIPPABLE + ZSTD, TEXT, id="zstd after a skippable frame"),
        pytest.param(b"\xef\xbb\xbf" + TEXT, TEXT, id="UTF-8 with a mark"),
        pytest.param(b"\xff\xfe" + TEXT.decode().encode("utf-16-le"), TEXT, id="UTF-16"),
    ],
)
def test_reads_to_the_end(tmp_path: Path, content: bytes, expected: bytes) -> None:
    assert read(tmp_path, content) == (expected, "")


@pytest.mark.parametrize("whole", [GZIP, ZSTD], ids=["gzip", "zstd"])
def test_a_stream_that_ends_early_gives_what_it_holds_and_says_so(tmp_path: Path, whole: bytes) -> None:
    found, fault = read(tmp_path, whole[:-3])
    assert fault == ENDS_EARLY
    assert TEXT.startswith(found)


def test_an_incompressible_stream_that_ends_early_loses_its_end_only(tmp_path: Path) -> None:
    noise = os.urandom(3_000_000)
    for packed in (gzip.compress(noise), zstandard.compress(noise)):
        found, fault = read(tmp_path, packed[:-500_000])
        assert fault == ENDS_EARLY
        assert noise.startswith(found)
        assert len(found) > 2_300_000


@pytest.mark.parametrize("content", [GZIP[:40] + b"\0" * 20 + GZIP[60:], GZIP + b"no gzip", ZSTD + b"no zstd"])
def test_damage_is_a_fault_and_no_crash(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content)[1] == DAMAGED


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_no_chunk_of_a_bomb_is_large(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    bomb = pack(b"\0" * 200_000_000)
    assert max(map(len, Stream(written(tmp_path, bomb)).chunks())) <= 70_000_000


@pytest.mark.parametrize("magic", [b"PK\x03\x04", b"BZh9", b"\xfd7zXZ\x00", b"SQLite format 3\x00", b"\x80\x04\x95"])
def test_what_is_no_log_is_refused_with_a_mend(tmp_path: Path, magic: bytes) -> None:
    with pytest.raises(InputError, match="unpack or export it first"):
        read(tmp_path, magic + b"rest")


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(Stream(tmp_path / "absent").chunks())
