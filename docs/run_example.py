"""Run the example of the README and write what it printed back into it: `.venv/bin/python docs/run_example.py`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

_README = Path(__file__).parents[1] / "README.md"
_EXAMPLE = re.compile(r"(?<=```console\n)\$ stillwatch sample.*?(?=```)", re.DOTALL)
_COMMANDS = (
    "stillwatch sample --out sample",
    "stillwatch scan sample/log --accounts sample/accounts.csv --authorised sample/authorised.toml --out result",
)


def main() -> None:
    with TemporaryDirectory() as folder:
        runs = [_run(command, Path(folder)) for command in _COMMANDS]
    lines = [
        line for command, run in zip(_COMMANDS, runs, strict=True) for line in (f"$ {command}", run.stdout.rstrip())
    ]
    block = "\n".join((*lines, "$ echo $?", str(runs[-1].returncode))) + "\n"
    text, replaced = _EXAMPLE.subn(lambda _: block, _README.read_text("utf-8"))
    if not replaced:
        sys.exit(f"{_README} has no example that begins with `$ stillwatch sample`")
    _README.write_text(text, encoding="utf-8")


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = [str(Path(sys.executable).parent / "stillwatch"), *command.split()[1:]]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return done


if __name__ == "__main__":
    main()
