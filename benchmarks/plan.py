"""What a log of so many exchanges a day would need: `python benchmarks/plan.py --a-day 1e9 1e10 --days 14`.

A simulation, not a measurement: it takes what `engines.py` measured (benchmarks/results/engines.json), draws a straight
line through the two largest sizes of each step, and goes along it to sizes that nobody has run. Where Spark was
measured at one size only, its line rises as DuckDB's does, times `--spark-ratio`. What it assumes is printed too.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any, Final, NamedTuple

_RESULTS: Final = Path(__file__).parent / "results" / "engines.json"
_HOUR_S: Final = 3600
_ALONE: Final = 0.3
"""Share of DuckDB's scan of 967,232 exchanges, in processor seconds of a profile, that one process does on either
engine: groups are proposed, those that pass are judged, and early warnings are made of answers. Tests of groups are
spread."""
_ACCOUNT_BYTES: Final = 2000
"""What the driver holds of an account."""
_EXCHANGE_BYTES: Final = 0.9 * 165 + 24
"""What it holds of an exchange: the columns of those in focus of any group, nine tenths of them on the log that was
measured, and for a moment the sketch of each."""


class Line(NamedTuple):
    """Processor seconds as a straight line of the exchanges."""

    fixed_s: float
    each_s: float
    largest: int
    """The largest size that was measured."""

    def at(self, exchanges: float) -> float:
        return self.fixed_s + self.each_s * exchanges


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--a-day", type=float, nargs="+", default=[1e8, 1e9, 1e10], help="exchanges")
    parser.add_argument("--days", type=int, default=14, help="days that a scan looks at")
    parser.add_argument("--hours", type=float, default=4, help="in which a scan is to be done")
    parser.add_argument("--efficiency", type=float, default=0.6, help="share of the cores' time that is work")
    parser.add_argument(
        "--accounts", type=float, default=1 / 100, help="accounts of the span for each exchange of a day"
    )
    parser.add_argument("--spark-ratio", type=float, default=7, help="cost of an exchange on Spark to that on DuckDB")
    parser.add_argument("--alone", type=float, default=_ALONE, help="share of DuckDB's scan that one process does")
    parser.add_argument("--price", type=float, default=0.05, help="dollars for an hour of a core, memory included")
    parser.add_argument("--driver-memory", type=float, default=256, help="of the driver, in GB")
    parser.add_argument("--disk-price", type=float, default=0.023, help="dollars for a GB and month")
    parser.add_argument("--results", type=Path, default=_RESULTS)
    asked = parser.parse_args()
    print(page(json.loads(asked.results.read_text("utf-8"))["sizes"], asked))


def line(sizes: dict[str, Any], step: str) -> Line:
    """Through the two largest sizes of a step."""
    points = sorted((found[step]["exchanges"], found[step]["processor_s"]) for found in sizes.values() if step in found)
    (few, short_s), (many, long_s) = points[-2:]
    each_s = (long_s - short_s) / (many - few)
    return Line(max(0.0, long_s - each_s * many), each_s, many)


def spark_line(sizes: dict[str, Any], duckdb: Line, ratio: float) -> Line:
    """Spark's own where two sizes were measured, else through its one size with a multiple of DuckDB's slope."""
    points = [found["spark"] for found in sizes.values() if "spark" in found]
    if len(points) > 1:
        return line(sizes, "spark")
    each_s = ratio * duckdb.each_s
    count, spent_s = points[0]["exchanges"], points[0]["processor_s"]
    return Line(max(0.0, spent_s - each_s * count), each_s, count)


def page(sizes: dict[str, Any], asked: argparse.Namespace) -> str:
    """The assumptions, and a table of one column a size."""
    read, duckdb = line(sizes, "read"), line(sizes, "duckdb")
    spark = spark_line(sizes, duckdb, asked.spark_ratio)
    largest = max((found["read"] for found in sizes.values() if "read" in found), key=lambda one: one["exchanges"])
    stored = largest["store_bytes"] / largest["exchanges"]
    columns = [_column(a_day, asked, (read, spark, duckdb), stored) for a_day in asked.a_day]
    is_own = sum("spark" in found for found in sizes.values()) > 1
    how = f"up to {spark.largest:,}" if is_own else f"taken as {asked.spark_ratio:g} times DuckDB's"
    lines = [
        f"Measured: reading {read.each_s * 1e6:.1f} µs of a core an exchange (up to {read.largest:,}), a scan on",
        f"DuckDB {duckdb.each_s * 1e6:.1f} µs (up to {duckdb.largest:,}), on Spark {spark.fixed_s:.0f} s and",
        f"{spark.each_s * 1e6:.1f} µs ({how}), {stored:.0f} bytes of store.",
        f"Assumed: a straight line beyond; {asked.efficiency:.0%} of the cores' time is work; a scan looks at",
        f"{asked.days} days and is done in {asked.hours:g} hours; {asked.accounts:g} accounts for each exchange of a",
        f"day; {asked.alone:.0%} of DuckDB's scan is work of one process, on Spark's driver too;",
        f"${asked.price:g} an hour of a core with its memory, ${asked.disk_price:g} a GB of disk and month.",
        "",
        f"| exchanges a day | {' | '.join(f'{a_day:,.0f}' for a_day in asked.a_day)} |",
        "| --- |" + " ---: |" * len(columns),
    ]
    lines += [f"| {label} | {' | '.join(column[label] for column in columns)} |" for label in columns[0]]
    return "\n".join(lines)


def _column(a_day: float, asked: argparse.Namespace, lines: tuple[Line, Line, Line], stored: float) -> dict[str, str]:
    read, spark, duckdb = lines
    looked_at = a_day * asked.days
    read_hours = read.at(a_day) / _HOUR_S / asked.efficiency
    scan_hours = spark.at(looked_at) / _HOUR_S / asked.efficiency
    accounts = a_day * asked.accounts
    driver_gb = (accounts * _ACCOUNT_BYTES + looked_at * _EXCHANGE_BYTES) / 1e9
    parts = math.ceil(max(accounts / 1e7, driver_gb / asked.driver_memory))
    store_gb = looked_at * stored / 1e9
    return {
        "cores that read all day": f"{read_hours / 24:,.1f}",
        "store of the span, GB": f"{store_gb:,.0f}",
        "exchanges of a scan": f"{looked_at:,.0f}",
        "core hours of a scan on Spark": f"{scan_hours:,.0f}",
        "cores for it in the time": f"{scan_hours / asked.hours:,.0f}",
        "hours of the driver's one core, if its work grows with the log": (
            f"{asked.alone * duckdb.at(looked_at) / _HOUR_S:,.0f}"
        ),
        "accounts": f"{accounts:,.0f}",
        "GB that the driver would hold of all at once": f"{driver_gb:,.0f}",
        f"parts that fit into {asked.driver_memory:g} GB and ten million accounts": f"{parts:,}",
        "--driver-accounts": f"{accounts / parts:,.0f}",
        "$ a day to read": f"{read_hours * asked.price:,.2f}",
        "$ a scan": f"{scan_hours * asked.price:,.2f}",
        "$ a billion exchanges, read and scanned once": (
            f"{(read.at(1e9) + spark.at(1e9)) / _HOUR_S / asked.efficiency * asked.price:,.2f}"
        ),
        "$ a month of disk": f"{store_gb * asked.disk_price:,.0f}",
    }


if __name__ == "__main__":
    main()
