"""What `stillwatch range distil` found, as a page of Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.attribution.p_text import p_text
from stillwatch.faces.cli.distil_sections import canaries_lines, codebook_lines, defences_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HEAD = "| student | key | marked | rule | tokens | contexts | p | adjusted p | found | loss | verdict of its plan |"
_LOG10_ALPHA: Final = -2.0


def distil_markdown(result: dict[str, Any]) -> str:
    """The page of one run; p is exact, and adjusted by Holm over every test of it, which decides what is found."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: dict[str, Any]) -> Iterator[str]:
    settings, sizes = result["settings"], result["settings"]["sizes"]
    text = "an invented language" if settings["text"] == "invented" else f"text {settings['text'][:16]}"
    yield f"# Students of a marked teacher, seed {settings['seed']}"
    yield ""
    yield (
        f"Teacher and students: a GPT of {result['parameters']:,} parameters; {text}, {result['symbols']} tokens; "
        f"{sizes['answers']:,} answers of {sizes['context']} tokens. The teacher's loss on text that "
        f"nobody learned: {result['teacher_loss']:.2f} nats a token."
    )
    for name, found in result["experiments"].items():
        yield from ("", f"## {name}", "")
        yield from SECTIONS[name](found)


def _tests(found: dict[str, Any]) -> Iterator[str]:
    yield _HEAD
    yield "|---" * (_HEAD.count("|") - 1) + "|"
    for one in found["tests"]:
        yield _row(one)
    yield ""
    yield (
        "Found is what stands at 0.01 after Holm's correction over every test of the run. The plan of a row names that "
        "row's test alone, so its verdict is corrected for no other."
    )
    yield ""
    yield "Every student was held against decoy keys and clean text (log10 p):"
    yield ""
    for one in found["tests"]:
        if one["decoy_cells"] is None:
            continue
        cells = ", ".join(f"{cell['share']:.4f} at {cell['level']}" for cell in one["decoy_cells"])
        clean = ", ".join(f"{name} {p:.1f}" for name, p in (one["controls"] | one["corpora"]).items())
        yield f"- {one['student']}, {one['rule']}, {one['tokens']:,} tokens: decoys below {cells}; {clean}"


def _row(one: dict[str, Any]) -> str:
    key = one["key"].rpartition("/")[0]
    return (
        f"| {one['student']} | {key} | {one['marked_percent']} % | {one['rule']} | {one['tokens']:,} "
        f"| {one['contexts']:,} | {p_text(one['log10_p'])} | {p_text(one['adjusted_log10_p'])} "
        f"| {'yes' if one['adjusted_log10_p'] <= _LOG10_ALPHA else 'no'} | {one['loss']:.2f} | {one['verdict'] or ''} |"
    )


SECTIONS: Final[dict[str, Callable[[dict[str, Any]], Iterator[str]]]] = {
    "shares": _tests,
    "wear": _tests,
    "layers": _tests,
    "codebook": codebook_lines,
    "canaries": canaries_lines,
    "defences": defences_lines,
}
"""How each experiment is told, by its name."""
