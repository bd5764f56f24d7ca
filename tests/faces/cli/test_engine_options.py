"""Two options become one value, or it is said how to write them."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from stillwatch.faces.cli.engine_options import engine_options
from stillwatch.service.settings import EngineChoice


def _chosen(*arguments: str) -> tuple[list[EngineChoice], str]:
    found: list[EngineChoice] = []

    @click.command()
    @engine_options
    def command(engine: EngineChoice) -> None:
        found.append(engine)

    return found, CliRunner().invoke(command, arguments).output


def test_duckdb_answers_where_nothing_is_said() -> None:
    assert _chosen() == ([EngineChoice()], "")


def test_settings_of_spark_come_with_it_whatever_their_order() -> None:
    master, size = ("--spark-conf", "spark.master=local[2]"), ("--spark-conf", "spark.executor.extraJavaOptions=-Da=b")
    expected = {"spark.master": "local[2]", "spark.executor.extraJavaOptions": "-Da=b"}
    for arguments in ((*master, "--engine", "spark", *size), ("--engine", "spark", *master, *size)):
        assert _chosen(*arguments)[0] == [EngineChoice(name="spark", spark_conf=expected)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--engine", "spark", "--spark-conf", "spark.master"), "write spark.master=local[4]"),
        (("--spark-conf", "spark.master=local[2]"), "name --engine spark too"),
        (("--engine", "flink"), "'duckdb', 'spark'"),
    ],
    ids=["no value", "for nothing", "unknown"],
)
def test_what_cannot_be_meant_is_refused(arguments: tuple[str, ...], told: str) -> None:
    found, output = _chosen(*arguments)
    assert (found, told in output) == ([], True), output
