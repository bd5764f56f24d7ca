from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.logs.components import Components


def test_those_tied_have_the_smallest_number_of_theirs():
    whole = Components(6)
    whole.join(np.array([5, 3]), np.array([3, 1]))
    assert whole.labels().tolist() == [0, 1, 2, 1, 4, 1]
    assert whole.largest() == 3


def test_a_copy_is_joined_by_itself():
    whole = Components(3)
    wider = whole.copy()
    wider.join(np.array([0]), np.array([2]))
    assert (whole.largest(), wider.largest()) == (1, 2)


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40))
def test_components_are_those_of_scipy_in_whatever_batches(ties):
    left, right = np.array(ties, np.int64).reshape(-1, 2).T
    whole = Components(20)
    for place in range(0, len(ties), 7):
        whole.join(left[place : place + 7], right[place : place + 7])
    graph = coo_array((np.ones(len(ties)), (left, right)), shape=(20, 20))
    labels = connected_components(graph, directed=False)[1]
    first = {label: min(np.flatnonzero(labels == label)) for label in labels}
    assert whole.labels().tolist() == [first[label] for label in labels]
