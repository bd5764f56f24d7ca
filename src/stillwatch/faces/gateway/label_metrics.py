r"""Put the metrics of several workers into one text, each labelled with its number.

>>> text = "# HELP m What.\n# TYPE m counter\nm 1\n"
>>> print(label_metrics({0: text, 1: text.replace("m 1", 'm{a="b"} 2')}), end="")
# HELP m What.
# TYPE m counter
m{worker="0"} 1
m{worker="1",a="b"} 2

Labelled and not added up: a worker that is restarted counts from 0 again, which Prometheus sees and makes good in each
series by itself. Of what is written here every sample stands below the TYPE of its family.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_LABEL: Final = "worker"


def label_metrics(texts: Mapping[int, str]) -> str:
    """Families in the order in which they first come, the samples of all workers together."""
    heads: dict[str, list[str]] = {}
    samples: dict[str, list[str]] = {}
    for worker, text in texts.items():
        family = ""
        for line in text.splitlines():
            if line.startswith("# "):
                family = line.split(" ", 3)[2]
                told = heads.setdefault(family, [])
                if line not in told:
                    told.append(line)
            elif line:
                samples.setdefault(family, []).append(_labelled(line, worker))
    return "".join(f"{line}\n" for family, head in heads.items() for line in (*head, *samples.get(family, ())))


def _labelled(sample: str, worker: int) -> str:
    name, brace, rest = sample.partition("{")
    if brace:
        return f'{name}{{{_LABEL}="{worker}",{rest}'
    name, _, value = sample.partition(" ")
    return f'{name}{{{_LABEL}="{worker}"}} {value}'
