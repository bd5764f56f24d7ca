"""What `stillwatch range distil` found, as a page of Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.attribution.p_text import p_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HEAD = "| student | marked | rule | contexts | p | adjusted p | decoys at or below | loss | verdict |"


def distil_markdown(result: dict[str, Any]) -> str:
    """The page of one experiment; p is exact, and adjusted by Holm over the students of a mark."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: dict[str, Any]) -> Iterator[str]:
    settings, sizes = result["settings"], result["settings"]["sizes"]
    text = "an invented language" if settings["text"] == "invented" else f"text {settings['text'][:16]}"
    yield f"# Students of a marked teacher, seed {settings['seed']}"
    yield ""
    yield (
        f"Teacher and students: a GPT of {result['parameters']:,} parameters; {text}, {result['symbols']} tokens; "
        f"{sizes['answers']:,} answers of {sizes['context']} tokens; {sizes['tested_tokens']:,} tokens of each student "
        f"are tested. The teacher's loss on text that nobody learned: {result['teacher_loss']:.2f} nats a token."
    )
    for name, found in result["experiments"].items():
        yield ""
        yield from SECTIONS[name](found)


def _shares(found: dict[str, Any]) -> Iterator[str]:
    yield _HEAD
    yield "|---" * (_HEAD.count("|") - 1) + "|"
    for one in found["students"]:
        yield _row(one)
    yield ""
    yield "Every student was held against decoy keys and clean controls (log10 p):"
    yield ""
    for one in found["students"]:
        cells = ", ".join(f"{cell['share']:.4f} at {cell['level']}" for cell in one["decoys"]["cells"])
        controls = ", ".join(f"{control['name']} {control['log10_ps'][0]:.1f}" for control in one["controls"])
        yield f"- {one['student']}: decoys below {cells}; {controls}"


def _row(one: dict[str, Any]) -> str:
    decoys = sum(p <= one["log10_p"] for p in one["decoys"]["log10_p"])
    return (
        f"| {one['student']} | {one['marked_percent']} % | {one['variant']['rule']} | {one['contexts']:,} "
        f"| {p_text(one['log10_p'])} | {p_text(one['adjusted_log10_p'])} | {decoys} of {one['decoys']['keys']:,} "
        f"| {one['loss']:.2f} | {one['verdict']['kind']} |"
    )


SECTIONS: Final[dict[str, Callable[[dict[str, Any]], Iterator[str]]]] = {"shares": _shares}
"""How each experiment is told, by its name."""
