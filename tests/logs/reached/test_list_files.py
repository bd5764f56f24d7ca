"""Which files a URL means."""

from __future__ import annotations

import pytest
from local_spark import find_pyspark, local_spark, why_missing

from exchange_log import exchange, write_log
from stillwatch.core.errors import InputError

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]


@pytest.fixture(scope="module")
def session():
    with local_spark() as made:
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    logs = tmp_path_factory.mktemp("listed")
    names = ("b.jsonl", "a [1].jsonl", "day=1/c.jsonl", "day=2/c.jsonl", "day=2/d.csv", "_skip/e.jsonl", "README.md")
    for name in names:
        write_log(logs / name, [exchange(1)])
    return logs


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("", ["a [1].jsonl", "b.jsonl", "day=1/c.jsonl", "day=2/c.jsonl", "day=2/d.csv"]),
        ("/b.jsonl", ["b.jsonl"]),
        ("/README.md", ["README.md"]),
        ("/*.jsonl", ["a [1].jsonl", "b.jsonl"]),
        ("/day=*", ["day=1/c.jsonl", "day=2/c.jsonl", "day=2/d.csv"]),
        ("/**/*.jsonl", ["a [1].jsonl", "b.jsonl", "day=1/c.jsonl", "day=2/c.jsonl"]),
        ("/**", ["a [1].jsonl", "b.jsonl", "day=1/c.jsonl", "day=2/c.jsonl", "day=2/d.csv"]),
        ("/a \\[1\\].jsonl", ["a [1].jsonl"]),
    ],
)
def test_files_folders_and_patterns(session, folder, pattern: str, names: list[str]) -> None:
    from stillwatch.logs.reached.list_files import list_files

    found = list_files(session, f"file://{folder}{pattern}")
    assert [log.name.removeprefix(f"file:{folder}/") for log in found] == names
    assert {log.size_bytes for log in found} == {(folder / "b.jsonl").stat().st_size}
    changed_us = (folder / names[0]).stat().st_mtime_ns // 1_000_000 * 1000
    assert found[0].stamp == f"changed {changed_us}"


def test_nothing_found_is_an_error_with_a_mend(session, folder) -> None:
    from stillwatch.logs.reached.list_files import list_files

    with pytest.raises(InputError, match=r"no log file found.*check the URL"):
        list_files(session, f"file://{folder}/**/*.parquet")


def test_a_name_means_itself() -> None:
    find_pyspark()
    from stillwatch.logs.reached.list_files import address_of

    assert address_of("s3a://b/a [1]{2}*?\\.jsonl") == "s3a://b/a \\[1\\]\\{2\\}\\*\\?\\\\.jsonl"
