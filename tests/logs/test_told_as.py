from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.core.errors import InputError
from stillwatch.logs.told_as import told_as

_COPY = Path("/tmp/copy/log")  # noqa: S108  # named, never made


@pytest.mark.parametrize(
    ("log_name", "said"),
    [
        ("hdfs://n/a", "hdfs://n/a:3: hdfs://n/a is odd (mend it)"),
        ("", f"{_COPY}:3: {_COPY} is odd (mend it)"),
    ],
)
def test_an_error_about_a_copy_names_the_log(log_name: str, said: str) -> None:
    with pytest.raises(InputError) as error, told_as(_COPY, log_name):
        raise InputError(f"{_COPY} is odd", where=f"{_COPY}:3", mend="mend it")
    assert str(error.value) == said
