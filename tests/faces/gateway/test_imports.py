"""The gateway process stays small: it loads neither a database nor columns."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys

import stillwatch.faces.gateway

HEAVY = ("duckdb", "pyarrow", "numba", "scipy", "numpy", "pandas", "sknetwork", "networkx")
_LIST = """
import importlib, json, pkgutil, sys
import stillwatch.faces.gateway as gateway
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""
_NEEDS_MORE = frozenset(("stillwatch.faces.gateway.litellm_guard",))
"""Run inside of another program, which must be there."""


def test_what_answers_on_the_request_path_loads_no_database_and_no_columns() -> None:
    found = pkgutil.walk_packages(stillwatch.faces.gateway.__path__, "stillwatch.faces.gateway.")
    names = [one.name for one in found if one.name not in _NEEDS_MORE]
    assert len(names) > 10
    done = subprocess.run([sys.executable, "-c", _LIST, *names], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    loaded = json.loads(done.stdout)
    assert [name for name in HEAVY if name in loaded] == []
    assert "stillwatch.logs.store" not in loaded
