"""Key of the request parameters that a program sets once: temperature, top_p, max_tokens, n, log-probabilities, ...

Sees: requests made with one configuration.
Why: a pipeline has one configuration; people and their tools have many.
Looks the same: the defaults of a popular library; the key is weighed by how common it is.
Evaded by: jittering the parameters of each request. `seed` is left out, since pipelines count it up.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa

from stillwatch.logs.hashing import hash_text
from stillwatch.logs.sketch import Sketch, SketchCase, Sketched

_SPELLINGS: Final = {
    "max_completion_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "maxTokens": "max_tokens",
}
_LEFT_OUT: Final = frozenset({"seed", "model", "user", "metadata", "stream", "stream_options", "extra_body", "timeout"})
_LARGEST: Final = 2**31


def _parse(text: str | None) -> dict[str, Any]:
    try:
        value: Any = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(value, dict):
        return {}
    return {
        _SPELLINGS.get(str(name), str(name)): entry
        for name, entry in value.items()
        if name not in _LEFT_OUT and entry is not None
    }


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and 0 <= value < _LARGEST else 0


def _compute(batch: pa.RecordBatch, salt: int) -> Sketched:
    encoded = batch.column("params").dictionary_encode()
    parsed = [_parse(text) for text in encoded.dictionary.to_pylist()]
    texts = [orjson.dumps(one, option=orjson.OPT_SORT_KEYS).decode() if one else None for one in parsed]
    by_value = {
        "params_key": hash_text(pa.array(texts, type=pa.string()), salt),
        "max_tokens": np.array([_number(one.get("max_tokens")) for one in parsed], dtype=np.int64),
        "choices": np.array([_number(one.get("n", 1)) for one in parsed], dtype=np.int64),
        "logprobs": np.array(
            [int(bool(one.get("logprobs") or one.get("top_logprobs"))) for one in parsed], dtype=np.int64
        ),
    }
    index = encoded.indices.fill_null(len(parsed)).to_numpy(zero_copy_only=False)
    return Sketched({name: pa.array(np.append(values, 0)[index]) for name, values in by_value.items()}, None)


SKETCH = Sketch(
    name="parameters",
    reads=("params",),
    columns=("params_key", "max_tokens", "choices", "logprobs"),
    compute=_compute,
    cases=(
        SketchCase(
            name="the seed is counted up",
            left={"params": '{"max_tokens":4096,"seed":1,"temperature":0.7}'},
            right={"params": '{"max_tokens":4096,"seed":2,"temperature":0.7}'},
            column="params_key",
            same=True,
        ),
        SketchCase(
            name="another temperature",
            left={"params": '{"max_tokens":4096,"temperature":0.7}'},
            right={"params": '{"max_tokens":4096,"temperature":1.0}'},
            column="params_key",
            same=False,
        ),
    ),
)
