"""A block is found again where the survey saw it, as a reading from the start gives it, whatever its file is."""

from __future__ import annotations

import gzip
from functools import partial
from typing import TYPE_CHECKING

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exchange_log import exchange, write_log
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.reading import Reading
from stillwatch.logs.survey import block_of, blocks_at, survey_file

if TYPE_CHECKING:
    from pathlib import Path

_RECORDS = [exchange(number) for number in range(60)]
_LINES = b"".join(orjson.dumps(record) + b"\n" for record in _RECORDS)
_CUT = partial(open_blocks, block_bytes=3000, max_record_bytes=2000)


def _parquet(path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(_RECORDS), path, row_group_size=7)


_FILES = {
    "lines": _LINES,
    "lines after a byte order mark": b"\xef\xbb\xbf" + _LINES,
    "lines, one of them too long": _LINES + orjson.dumps(exchange(70, prompt_text="x" * 9000)) + b"\n" + _LINES,
    "lines in UTF-16": _LINES.decode().encode("utf-16"),
    "lines packed": gzip.compress(_LINES),
    "lines packed, cut off": gzip.compress(_LINES)[:-9],
    "an array": orjson.dumps(_RECORDS),
    "CSV": b"record_id,started_at\n" + b"".join(b"req-%d,177235560000000000%d\n" % (n, n % 10) for n in range(400)),
    "nothing": b"",
}


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stillwatch.logs.streams._CHUNK_BYTES", 1000)
    monkeypatch.setattr("stillwatch.logs.survey.open_blocks", _CUT)


def _written(tmp_path: Path, name: str) -> Path:
    path = tmp_path / "log"
    _parquet(path) if name == "Parquet" else path.write_bytes(_FILES[name])
    return path


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("name", [*_FILES, "Parquet"])
def test_every_block_is_found_again(tmp_path: Path, name: str) -> None:
    path = _written(tmp_path, name)
    sites = survey_file(path, Reading(format_name="stillwatch_exchange")).sites
    blocks = list(_CUT(path))
    assert list(blocks_at(path, sites)) == blocks
    for site, block in zip(sites, blocks, strict=True):
        assert list(blocks_at(path, [site])) == [block]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(
    ("name", "direct"),
    [("lines", {True}), ("lines, one of them too long", {True, False}), ("lines packed", {False}), ("Parquet", {True})],
)
def test_lines_as_they_stand_and_row_groups_need_nothing_before_them(
    tmp_path: Path, name: str, direct: set[bool]
) -> None:
    sites = survey_file(_written(tmp_path, name), Reading(format_name="stillwatch_exchange")).sites
    assert {site.is_direct for site in sites} == direct


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("name", ["lines", "lines packed"])
@pytest.mark.parametrize("change", [lambda data: data.replace(b"req-1", b"req-9"), lambda data: data[: len(data) // 2]])
def test_a_log_that_changed_meanwhile_is_refused(tmp_path: Path, name: str, change) -> None:
    path = _written(tmp_path, name)
    sites = survey_file(path, Reading(format_name="stillwatch_exchange")).sites
    path.write_bytes(gzip.compress(change(_LINES)) if "packed" in name else change(_LINES))
    with pytest.raises(InputError, match="changed while it was read"):
        list(blocks_at(path, sites))


def test_a_file_of_the_known_digest_is_not_looked_over(tmp_path: Path) -> None:
    path = write_log(tmp_path / "a.jsonl", _RECORDS)
    seen = survey_file(path, Reading())
    assert seen.formats == ("stillwatch_exchange",)
    assert survey_file(path, Reading(), seen.sha256)[1:] == ((), None)


def test_a_place_alone_says_which_block_it_is(tmp_path: Path) -> None:
    path = write_log(tmp_path / "a.jsonl", _RECORDS)
    [site], [block] = survey_file(path, Reading()).sites, open_blocks(path)
    bare = block_of(path, site)
    assert (bare.digest, bare.container, bare.first_line, bare.data) == (block.digest, block.container, 1, b"")


def test_a_log_that_is_not_there_is_the_operators_to_mend(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"does not see this log.*every executor"):
        survey_file(tmp_path / "a.jsonl", Reading())
