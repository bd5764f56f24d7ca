"""Golden pairs of the queries: small tables before, the result after. `python golden_queries.py` rewrites the results.

A file of `golden/` names the input tables, the parameters, and what the query gives. Look at the difference before you
commit it: the figures are there to be checked by hand.
"""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa

from stillwatch.logs import queries
from stillwatch.logs.duckdb_engine import DuckDbEngine
from stillwatch.logs.engine import query_text

GOLDEN = Path(__file__).parent / "golden"
REFRESH = "python tests/logs/queries/golden_queries.py"


def query_names() -> list[str]:
    """Every query of the package."""
    return sorted(file.stem for file in Path(queries.__path__[0]).glob("*.sql"))


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    return loaded


def is_ordered(name: str) -> bool:
    """Whether the header of the query promises an order."""
    header = [line for line in query_text(name).splitlines() if line.startswith("--")]
    return "order: none" not in " ".join(header)


def result_of(name: str, golden: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Run a query over the input tables; rows are sorted where the query promises no order."""
    with closing(DuckDbEngine(spill=folder / "spill", memory_bytes=1 << 28, threads=2)) as engine:
        for table, content in golden["tables"].items():
            columns = [list(column) for column in zip(*content["rows"], strict=True)]
            engine.put(table, pa.table(dict(zip(content["columns"], columns, strict=True))))
        found = engine.run(name, golden.get("parameters") or None)
    rows = [[_plain(value) for value in row.values()] for row in found.to_pylist()]
    return {"columns": found.column_names, "rows": rows if is_ordered(name) else sorted(rows, key=repr)}


def _plain(value: Any) -> Any:
    """Sums come as wide integers or decimals from some engines; means are rounded."""
    if isinstance(value, float):
        return round(value, 9)
    return value if value is None or isinstance(value, str) else int(value)


def refresh() -> None:
    """Rewrite every result."""
    with tempfile.TemporaryDirectory() as folder:
        for file in sorted(GOLDEN.glob("*.json")):
            golden = load(file.stem)
            write(file.stem, {**golden, "expected": result_of(file.stem, golden, Path(folder))})


def write(name: str, golden: dict[str, Any]) -> None:
    """Write one pair, one row a line."""
    parts = [f' "about": {json.dumps(golden["about"], ensure_ascii=False)}']
    tables = ",\n".join(f'  "{table}": {_laid_out(content)}' for table, content in golden["tables"].items())
    parts.append(f' "tables": {{\n{tables}\n }}')
    if golden.get("parameters"):
        parts.append(f' "parameters": {json.dumps(golden["parameters"])}')
    parts.append(f' "expected": {_laid_out(golden["expected"])}')
    (GOLDEN / f"{name}.json").write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")


def _laid_out(table: dict[str, Any]) -> str:
    rows = ",\n".join(f"   {json.dumps(row, ensure_ascii=False)}" for row in table["rows"])
    return f'{{"columns": {json.dumps(table["columns"])}, "rows": [\n{rows}\n  ]}}'


if __name__ == "__main__":
    refresh()
