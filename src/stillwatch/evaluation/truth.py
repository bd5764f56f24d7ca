"""What is true of a composed log, kept apart from it: `truth.parquet`, one row an exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.evaluation.arrivals import DAY_S
from stillwatch.evaluation.keys import hex_text, indices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from stillwatch.evaluation.payload import Payload
    from stillwatch.evaluation.rows import Rows
    from stillwatch.evaluation.scenario import Scenario
    from stillwatch.evaluation.work import Recipe

TRUTH_SCHEMA: Final = pa.schema(
    [
        ("exchange_id", pa.string()),
        ("account_id", pa.string()),
        ("label", pa.dictionary(pa.int16(), pa.string())),
        ("population", pa.dictionary(pa.int16(), pa.string())),
        ("kind", pa.dictionary(pa.int16(), pa.string())),
        ("match_of", pa.dictionary(pa.int16(), pa.string())),
        ("operator_id", pa.string()),
        ("source", pa.dictionary(pa.int16(), pa.string())),
        ("item_id", pa.int64()),
        ("is_cover", pa.bool_()),
        ("precursor", pa.dictionary(pa.int16(), pa.string())),
        ("started_at", pa.int64()),
        ("output_tokens", pa.int64()),
    ]
)


_STAGES: Final = {"sweep": "variant_sweep", "probe": "countermeasure_probe"}
_PIVOT: Final = "release_pivot"
_PRECURSORS: Final = ("", *_STAGES.values(), _PIVOT)
"""What comes before a campaign, by the name of the warning that it should bring; a twin's deeds bring none."""


class TruthFile:
    def __init__(self, path: Path, scenario: Scenario, recipes: Sequence[Recipe]) -> None:
        self._writer = pq.ParquetWriter(path, TRUTH_SCHEMA, compression="zstd")
        self._populations = scenario.population
        self._sources = pa.array([recipe.source for recipe in recipes], pa.string())
        self._stages = np.array([_PRECURSORS.index(_STAGES.get(recipe.stage, "")) for recipe in recipes], np.int16)
        self._is_operator = np.array([one.label in {"campaign", "precursor"} for one in scenario.population])
        self._pivots = np.array([one.pivot == "fast" for one in scenario.population])
        self._released_s = np.array([one.released_day * DAY_S for one in scenario.models])

    def write(self, rows: Rows, payload: Payload, account_ids: pa.Array) -> None:
        number = pa.array(rows.population)
        named = {
            field: pa.DictionaryArray.from_arrays(
                number, pa.array([getattr(one, field) for one in self._populations], pa.string())
            )
            for field in ("label", "kind", "match_of")
        }
        names = pa.DictionaryArray.from_arrays(number, pa.array([one.name for one in self._populations], pa.string()))
        self._writer.write_table(
            pa.table(
                [
                    payload.call_id,
                    account_ids.take(indices(rows.account)),
                    _unified(named["label"]),
                    names,
                    _unified(named["kind"]),
                    _unified(named["match_of"]),
                    hex_text([rows.operator]),
                    _unified(pa.DictionaryArray.from_arrays(pa.array(rows.recipe), self._sources)),
                    pa.array(rows.item),
                    pa.array(np.asarray(rows.is_cover)),
                    _unified(pa.DictionaryArray.from_arrays(pa.array(self._precursors(rows)), pa.array(_PRECURSORS))),
                    pa.array(np.round(payload.columns["startTime"].to_numpy() * 1e6).astype(np.int64) * 1000),
                    payload.columns["completion_tokens"],
                ],
                schema=TRUTH_SCHEMA,
            )
        )

    def _precursors(self, rows: Rows) -> NDArray[np.int16]:
        released = self._released_s[rows.model]
        moved = self._pivots[rows.population] & (released >= 0) & (rows.at_s < released + DAY_S)
        number = np.where(moved, _PRECURSORS.index(_PIVOT), self._stages[rows.recipe])
        return np.where(self._is_operator[rows.population] & ~rows.is_cover, number, 0).astype(np.int16)

    def close(self) -> None:
        self._writer.close()


def _unified(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """Dictionaries with repeated values are legal in Arrow, but surprise readers."""
    encoded: pa.DictionaryArray = column.dictionary_decode().dictionary_encode()
    return encoded.cast(pa.dictionary(pa.int16(), pa.string()))
