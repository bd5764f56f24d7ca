"""Work is done by processes of their own: in order, with errors by who must act."""

from __future__ import annotations

import multiprocessing
import operator
import os
import signal
from functools import partial

import pytest

from stillwatch.core.errors import DefinitionError, InternalError
from stillwatch.core.shelf import walk_shelf
from stillwatch.logs.process_spread import ProcessSpread


def test_answers_come_in_the_order_of_the_tasks_and_no_process_stays() -> None:
    assert list(ProcessSpread(2)(operator.neg, range(20), "turn")) == [-number for number in range(20)]
    assert list(ProcessSpread(2)(operator.neg, [], "turn")) == []
    assert multiprocessing.active_children() == []


def test_a_process_that_dies_is_said_and_loses_nothing() -> None:
    with pytest.raises(InternalError, match=r"a process that was to end died .*--workers"):
        list(ProcessSpread(1)(os._exit, [3], "end"))


def test_an_error_that_somebody_must_act_on_is_raised_here() -> None:
    with pytest.raises(DefinitionError, match="the file cannot load"):
        list(ProcessSpread(1)(partial(walk_shelf, attribute="LINK", declared=str), ["nowhere"], "load"))


def test_interrupted_it_ends_its_processes() -> None:
    answers = ProcessSpread(2)(operator.neg, range(1000), "turn")
    assert next(answers) == 0
    with pytest.raises(KeyboardInterrupt):
        answers.throw(KeyboardInterrupt)
    assert multiprocessing.active_children() == []


def test_an_interrupt_of_the_terminal_ends_a_process_at_once() -> None:
    with pytest.raises(InternalError, match="died"):
        list(ProcessSpread(1)(signal.raise_signal, [signal.SIGINT], "end"))
