"""However many threads BLAS had, it has one, and then as many as before."""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from stillwatch.detection.one_blas_thread import one_blas_thread


def blas_threads() -> set[int]:
    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


def test_products_have_one_thread_and_their_number_is_given_back() -> None:
    assert np.ones(2) @ np.ones(2) == 2.0
    with threadpool_limits(limits=2, user_api="blas"):
        with one_blas_thread():
            assert blas_threads() == {1}
        assert blas_threads() == {2}


def test_a_function_can_be_made_so() -> None:
    with threadpool_limits(limits=2, user_api="blas"):
        assert one_blas_thread()(blas_threads)() == {1}
