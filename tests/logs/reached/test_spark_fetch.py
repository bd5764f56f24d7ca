"""The bytes of logs are brought to where the work is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from local_spark import local_spark, why_missing
from reached_places import url_of

from stillwatch.core.errors import InputError
from stillwatch.logs.log_file import LogFile

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]


@pytest.fixture(scope="module")
def session():
    with local_spark() as made:
        yield made


@pytest.fixture
def logs(session, tmp_path: Path):
    from stillwatch.logs.reached.list_files import list_files

    for number in range(1, 10):
        (tmp_path / f"{number}.log").write_bytes(bytes([number]) * number)
    return list_files(session, url_of(session, "viewfs", tmp_path))


def test_each_task_gets_the_bytes_of_its_log(session, logs, monkeypatch: pytest.MonkeyPatch) -> None:
    from stillwatch.logs.reached.spark_fetch import SparkFetch

    monkeypatch.setattr("stillwatch.logs.reached.spark_fetch._WAVE_LOGS", 4)
    tasks = [(log, f" {number}") for number, log in enumerate(logs, 1)]
    answers = list(SparkFetch(session)(lambda path, task: (path.read_bytes(), task), tasks, "read"))
    assert answers == [(bytes([number]) * number, f" {number}") for number in range(1, 10)]


def test_a_log_that_is_gone_or_too_large_is_named(session, logs, tmp_path: Path) -> None:
    from stillwatch.logs.reached.spark_fetch import SparkFetch

    fetch = SparkFetch(session)
    large = LogFile("viewfs://c/large.gz", 3 << 30, None)
    with pytest.raises(InputError, match=r"viewfs://c/large\.gz.*2 GiB.*rotate"):
        list(fetch(len, [(large, None)], "read"))
    (tmp_path / "3.log").unlink()
    with pytest.raises(InputError, match=r"/3\.log"):
        list(fetch(len, [(log, None) for log in logs], "read"))
