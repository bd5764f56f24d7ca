from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError
from stillwatch.evidence.checkpoint import Checkpoint, read_checkpoint
from stillwatch.evidence.merkle_tree import EMPTY_ROOT

_LINE = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)


@given(_LINE, st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(_LINE, max_size=2))
def test_what_is_written_is_read(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert read_checkpoint(str(checkpoint)) == checkpoint


_ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"log\n1\n{_ROOT}",
        f"log\n1\n\n{_ROOT}\n",
        f"\n1\n{_ROOT}\n",
        f"log\n01\n{_ROOT}\n",
        f"log\n-1\n{_ROOT}\n",
        f"log\n{10**19}\n{_ROOT}\n",
        f"log\n\uff11\n{_ROOT}\n",
        f"log\n1\n{_ROOT[:-4]}\n",
        "log\n1\n!\n",
        f"log\n0\n{_ROOT}\n",
        f"log\n1\n{_ROOT}\nmore\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_checkpoint(text)


def test_an_empty_log_has_the_root_of_nothing() -> None:
    assert read_checkpoint(str(Checkpoint("log", 0, EMPTY_ROOT))).size == 0
