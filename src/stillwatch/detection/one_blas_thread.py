"""Sums of floating-point numbers taken in one order, on a machine of however many cores.

@one_blas_thread()
def detect(...): ...

BLAS cuts a product among its threads, and another cut rounds otherwise: a pair of accounts at the edge of what is alike
fell on either side with the number of cores, and with it the groups that are proposed. What is found in a log must not
hang on the machine that looks. Nothing is lost, as most products here are small.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """For as long as it lasts, products of matrices are made by the thread that asks for them."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield
