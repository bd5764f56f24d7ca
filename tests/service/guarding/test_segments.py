"""Lines on disk: whole batches or nothing, closed by size and age."""

from __future__ import annotations

import errno
import os
import stat

import pytest

from stillwatch.service.guarding import segments as module
from stillwatch.service.guarding.segments import Rotation, Segments


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def _files(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def test_a_file_is_closed_by_size_and_by_age(tmp_path):
    clock = Clock()
    kept = Segments(tmp_path, "log", clock=clock, rotation=Rotation(most_bytes=4, most_age_s=60))
    for line in (b"aa\n", b"bb\n", b"cc\n"):
        kept.append(line)
    clock.now = 61.0
    kept.append(b"dd\n")
    assert _files(tmp_path) == {
        "log-19700101T000000-0.jsonl": b"aa\nbb\n",
        "log-19700101T000000-1.jsonl": b"cc\n",
        "log-19700101T000101-0.jsonl": b"dd\n",
    }
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o640}


def test_a_clock_that_jumps_back_opens_another_file_and_overwrites_none(tmp_path):
    clock = Clock()
    clock.now = 100.0
    kept = Segments(tmp_path, "log", clock=clock)
    kept.append(b"aa\n")
    clock.now = 0.0
    kept.append(b"bb\n")
    assert sorted(_files(tmp_path).values()) == [b"aa\n", b"bb\n"]


def test_old_files_go_where_it_is_asked_for(tmp_path):
    clock = Clock()
    kept = Segments(tmp_path, "log", clock=clock, rotation=Rotation(most_bytes=1, keep_s=60))
    kept.append(b"aa\n")
    os.utime(tmp_path / "log-19700101T000000-0.jsonl", (0, 0))
    (tmp_path / "others.jsonl").write_bytes(b"x")
    os.utime(tmp_path / "others.jsonl", (0, 0))
    clock.now = 61.0
    kept.append(b"bb\n")
    assert _files(tmp_path) == {"log-19700101T000101-0.jsonl": b"bb\n", "others.jsonl": b"x"}


def test_a_batch_that_the_disk_could_not_take_leaves_nothing_behind(tmp_path, monkeypatch):
    write, room = os.write, [5]

    def little_room(file, data):
        if not room[0]:
            raise OSError(errno.ENOSPC, "no space left on device")
        written = write(file, bytes(data)[: room[0]])
        room[0] -= written
        return written

    kept = Segments(tmp_path, "log", clock=lambda: 0.0)
    monkeypatch.setattr(module.os, "write", little_room)
    kept.append(b"aa\n")
    with pytest.raises(OSError, match="no space"):
        kept.append(b"bb\ncc\n")
    room[0] = 100
    kept.append(b"dd\n")
    assert b"".join(_files(tmp_path).values()) == b"aa\ndd\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")  # noqa: PTH110
def test_a_full_disk_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_FLAGS", os.O_WRONLY)
    (tmp_path / "log-19700101T000000-0.jsonl").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        Segments(tmp_path, "log", clock=lambda: 0.0).append(b"aa\n")
