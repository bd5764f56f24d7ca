from __future__ import annotations

import pytest

from sealed_package import keys_of
from stillwatch.core.errors import InputError
from stillwatch.evidence.case_keys import read_case_keys, write_case_keys


def test_keys_are_read_as_they_were_written() -> None:
    assert read_case_keys(write_case_keys(keys_of())) == keys_of()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"stillwatch.case-keys/1"', b'"stillwatch.case-keys/2"'),
        (b'"quorum":1', b'"quorum":"many"'),
        (b'"custody":[', b'"custody":[7,'),
        (b'"witnesses":[', b'"witnesses":["w.example+00000000+AAAA",'),
        (b'"origin"', b'"orgin"'),
        (b"{", b'{"quorum":0,'),
    ],
)
def test_what_is_no_list_of_keys_is_refused(old: bytes, new: bytes) -> None:
    data = write_case_keys(keys_of())
    assert old in data
    with pytest.raises(InputError):
        read_case_keys(data.replace(old, new, 1))
