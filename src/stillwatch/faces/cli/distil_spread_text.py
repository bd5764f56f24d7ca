"""What several seeds of `stillwatch range distil` say together, as a page of Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.attribution.p_text import p_text
from stillwatch.faces.cli.distil_sections import quality_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEAD: Final = "| student | key | rule | tokens | p, median | least | largest | adjusted, largest | found in | loss |"
_QUALITIES: Final = "| on | defence | measure | median | least | largest |"


def spread_markdown(result: dict[str, Any]) -> str:
    """The page: p is exact, and adjusted by Holm over every test of a seed; found = adjusted to 0.01 or less."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: dict[str, Any]) -> Iterator[str]:
    sizes, losses = result["sizes"], result["teacher_loss"]
    text = "an invented language" if result["text"] == "invented" else f"text {result['text'][:16]}"
    yield f"# Students of a marked teacher, {len(result['seeds'])} seeds"
    yield ""
    yield (
        f"Seeds {', '.join(map(str, result['seeds']))}. Teacher and students: a GPT of {result['parameters']:,} "
        f"parameters; {text}, {result['symbols']} tokens; {sizes['answers']:,} answers of {sizes['context']} tokens, "
        f"{sizes['student_steps']:,} steps of {sizes['batch']}. The teacher's loss on text that nobody learned: "
        f"{min(losses):.2f} to {max(losses):.2f} nats a token."
    )
    for name, rows in result["experiments"].items():
        yield from ("", f"## {name}", "", _HEAD, "|---" * (_HEAD.count("|") - 1) + "|")
        for row in rows:
            yield _row(row)
    if result["qualities"]:
        yield from ("", "## How good students are under each defence", "", _QUALITIES, "|---" * 6 + "|")
        yield from map(_quality, result["qualities"])


def _row(row: dict[str, Any]) -> str:
    p, adjusted, loss = row["log10_p"], row["adjusted_log10_p"], row["loss"]
    return (
        f"| {row['student']}{_told(row['told'])} | {row['layer']} | {row['rule']} | {row['tokens']:,} "
        f"| {p_text(p['median'])} | {p_text(p['lowest'])} | {p_text(p['highest'])} | {p_text(adjusted['highest'])} "
        f"| {row['found']} of {row['seeds']} | {loss['median']:.2f} |"
    )


def _quality(one: dict[str, Any]) -> str:
    figures = (quality_text(one["measure"], one[name]) for name in ("median", "lowest", "highest"))
    return f"| {one['group']} | {one['defence']} | {one['measure']} | {' | '.join(figures)} |"


def _told(told: Mapping[str, Any]) -> str:
    """What is special about a student, beside the share that its name says."""
    parts = [f"{name.replace('_', ' ')} {value}" for name, value in told.items() if name != "marked_percent"]
    return f" ({', '.join(parts)})" if parts else ""
