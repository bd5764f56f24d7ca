from dataclasses import fields

import numpy as np

from stillwatch.evaluation.rows import Rows, concat_rows


def rows(*moments):
    made = {one.name: np.arange(len(moments)) for one in fields(Rows)}
    return Rows(**(made | {"at_s": np.array(moments)}))


def test_take_and_concat_keep_columns_together():
    joined = concat_rows([rows(1.0, 2.0), rows(3.0)])
    assert len(joined) == 3
    assert joined.take(np.array([2, 0])).at_s.tolist() == [3.0, 1.0]
    assert joined.take(np.array([2, 0])).item.tolist() == [0, 0]
