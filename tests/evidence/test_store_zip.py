"""Archives that can be written in one way only: what others read is what we wrote, and what others wrote is refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.store_zip import is_plain_name, read_zip, zip_pieces

_NAMES = st.from_regex(r"[a-z0-9_]{1,6}(/[a-z0-9_.]{1,6}){0,2}", fullmatch=True).filter(is_plain_name)
_FILES = st.dictionaries(_NAMES, st.binary(max_size=99), max_size=6)


def _written(files: dict[str, bytes]) -> bytes:
    return b"".join(zip_pieces(files))


@given(_FILES)
def test_what_is_written_is_read_by_us_and_by_the_standard_library(files: dict[str, bytes]) -> None:
    data = _written(files)
    assert {name: bytes(held) for name, held in read_zip(memoryview(data)).items()} == files
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files


@given(_FILES, st.data())
def test_no_bit_can_be_flipped_and_nothing_cut_or_added(files: dict[str, bytes], data: st.DataObject) -> None:
    whole = bytearray(_written(files))
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    flipped = bytearray(whole)
    flipped[bit // 8] ^= 1 << bit % 8
    cut = data.draw(st.integers(0, len(whole) - 1))
    for changed in (flipped, whole[:cut], whole + b"\0", b"\0" + whole):
        with pytest.raises(VerificationError):
            read_zip(memoryview(bytes(changed)))


@pytest.mark.parametrize("made", ["deflated", "commented", "unsorted", "dated"])
def test_what_another_program_wrote_in_another_way_is_refused(made: str) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED if made == "deflated" else zipfile.ZIP_STORED) as archive:
        for name in ("b", "a") if made == "unsorted" else ("a", "b"):
            archive.writestr(
                zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0) if made == "dated" else (1980, 1, 1, 0, 0, 0)), name
            )
        if made == "commented":
            archive.comment = b"unsigned"
    with pytest.raises(VerificationError):
        read_zip(memoryview(held.getvalue()))


@pytest.mark.parametrize(
    "name", ["../a", "/a", "a/../b", "a//b", "a/", "", "a\\b", ".hidden", "a/.b", "C:a", "a\nb", "é", "a" * 256]
)
def test_a_name_that_leads_elsewhere_is_never_written(name: str) -> None:
    with pytest.raises(InputError):
        list(zip_pieces({name: b""}))


def test_names_that_some_systems_hold_for_one_are_refused() -> None:
    with pytest.raises(InputError, match="upper case"):
        list(zip_pieces({"a": b"", "A": b""}))
