"""Rows that groups share are gathered when asked for, and taken like rows of their own."""

from __future__ import annotations

import numpy as np

from stillwatch.logs.window_rows import Events, RowsOf

_TABLE = {"account_no": np.array([0, 1, 2, 3]), "model_no": np.array([1, 0, 1, 0])}
_MODELS = np.array(["harbour-2", "harbour-3"], object)


def test_rows_of_a_shared_table_read_as_columns() -> None:
    rows = RowsOf(_TABLE, np.array([3, 1]))
    assert {name: rows[name].tolist() for name in rows} == {"account_no": [3, 1], "model_no": [0, 0]}


def test_events_are_taken_alike_from_a_shared_table_and_from_their_own() -> None:
    chosen = np.array([True, False, True])
    shared = Events(columns=RowsOf(_TABLE, np.array([0, 2, 3])), models=_MODELS).taken(chosen)
    own = Events(columns={name: values[[0, 2, 3]] for name, values in _TABLE.items()}, models=_MODELS).taken(chosen)
    assert (len(shared), shared["account_no"].tolist()) == (len(own), own["account_no"].tolist()) == (2, [0, 3])
    assert shared.model.tolist() == own.model.tolist() == ["harbour-3", "harbour-2"]
