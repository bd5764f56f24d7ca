import numpy as np
import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.keys import mix
from stillwatch.evaluation.lengths import Lengths

KEYS = mix(np.arange(5000))


@pytest.mark.parametrize(("name", "median"), [("prose", 310), ("long", 850), ("short", 28), ("score", 10)])
def test_tables_have_their_medians(name, median):
    assert np.median(Lengths(None).draw(name, KEYS)) == pytest.approx(median, rel=0.1)


def test_unknown_table_is_named():
    with pytest.raises(InputError, match="unknown length table 'epic'"):
        Lengths(None).draw("epic", KEYS)


def test_real_tables(corpora):
    lengths = Lengths(corpora / "arrivals" / "servegen_language_small_lengths.parquet")
    assert lengths.draw("servegen:3", KEYS).min() >= 1
