"""Ask the detectors of transformers, in the environment that has them, about tokens."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PYTHON = Path(sys.prefix) / "hf" / "bin" / "python"
MISSING = "transformers and torch are not installed: `make .venv/.hf`"
_ORACLE = Path(__file__).parent / "attribution" / "hf_oracle.py"


def ask(what: str, *, tokens: list[int], keys: list[Any], **settings: Any) -> dict[str, Any]:
    """What is said for each key under `of_keys`, and what it took under `cpu_s`, start-up apart."""
    asked = json.dumps({"what": what, "tokens": tokens, "keys": keys, **settings})
    done = subprocess.run([str(PYTHON), str(_ORACLE)], input=asked, capture_output=True, check=False, text=True)  # noqa: S603  # our own
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
