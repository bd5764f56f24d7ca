from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.wire.paths import plain_path


@pytest.mark.parametrize(
    "written",
    [
        "/v1/chat/completions",
        "/v1/chat/completions/",
        "//v1//chat///completions",
        "/v1/./chat/completions",
        "/v1/x/../chat/completions",
        "/../../v1/chat/completions",
        "/%76%31/chat/completions",
        "/v1%2Fchat%2Fcompletions",
        "/%2576%2531/chat/completions",
        "/v1/chat;a=b/completions",
        "/v1/chat/completions?x=/y",
        "/v1/chat/completions#x",
    ],
)
def test_every_spelling_is_the_same_path(written: str) -> None:
    assert plain_path(written) == "/v1/chat/completions"


def test_what_is_no_path_stays() -> None:
    assert [plain_path(one) for one in ("", "/", "*", "models")] == ["", "/", "*", "models"]


@given(st.text(alphabet="/.%2Fa;?", max_size=30))
def test_a_plain_path_has_nothing_left_to_take_away_but_what_was_encoded_twice(written: str) -> None:
    found = plain_path("/" + written)
    assert found.startswith("/")
    assert "//" not in found
    assert ".." not in found.split("/")
