from __future__ import annotations

import pytest

from stillwatch.attribution.planned_layer import PlannedLayer, read_layer
from stillwatch.core.errors import InputError


def test_what_is_written_is_read():
    layer = PlannedLayer(1, 17, "0f" * 32)
    assert str(layer) == "1/17 " + "0f" * 32
    assert read_layer(str(layer)) == layer


@pytest.mark.parametrize("text", ["", "0/2", "2/2 " + "0f" * 32, "0/2 " + "0F" * 32, "0/2 " + "0f" * 31])
def test_what_is_no_layer(text):
    with pytest.raises(InputError, match="is no layer"):
        read_layer(text)
