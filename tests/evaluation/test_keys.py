import re

import numpy as np

from stillwatch.evaluation.keys import below, hex_text, indices, mix, name_key, uniform, uuid_text


def test_keys_are_functions_of_their_parts():
    rows = np.arange(5)
    assert mix(7, rows).tolist() == mix(7, rows).tolist()
    assert len({*mix(7, rows).tolist(), *mix(8, rows).tolist(), *mix(rows, 7).tolist()}) == 15


def test_draws_are_even():
    keys = mix(np.arange(20_000))
    assert abs(uniform(keys).mean() - 0.5) < 0.01
    assert np.bincount(below(keys, 4)).min() > 4_700


def test_texts_have_their_shape():
    keys = mix(np.arange(50), name_key("x"))
    assert all(re.fullmatch(r"[0-9a-f]{32}", text) for text in hex_text([keys, keys]).to_pylist())
    uuids = uuid_text(keys).to_pylist()
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", u) for u in uuids)
    assert len(set(uuids)) == 50


def test_indices_keep_values():
    assert indices(np.array([3, 1], np.int16)).to_pylist() == [3, 1]
