"""Which engine answers the queries: two options, which reach a command as the one value `engine`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from stillwatch.service.settings import EngineChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_META: Final = "stillwatch.spark_conf"


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--engine` and `--spark-conf` to a command."""
    return _ENGINE(_SPARK_CONF(command))


def _remember(context: click.Context, _: click.Parameter, pairs: Sequence[str]) -> None:
    found = dict[str, str]()
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not (name and sign):
            raise click.BadParameter(f"{pair!r} is no setting; write spark.master=local[4]")
        found[name] = value
    context.meta[_META] = found


def _choose(context: click.Context, _: click.Parameter, name: Any) -> EngineChoice:
    conf: dict[str, str] = context.meta.get(_META, {})
    if conf and name != "spark":
        raise click.UsageError("--spark-conf is for Spark: name --engine spark too")
    return EngineChoice(name=name, spark_conf=conf)


_ENGINE: Final = click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    callback=_choose,
    help="What answers the queries: DuckDB in this process, or the Apache Spark that its own settings name.",
)
_SPARK_CONF: Final = click.option(
    "--spark-conf",
    metavar="NAME=VALUE",
    multiple=True,
    is_eager=True,  # read before --engine, which takes it up
    expose_value=False,
    callback=_remember,
    help="A setting of Spark, such as spark.master=spark://host:7077 or spark.remote=sc://host; may be repeated.",
)
