"""How taggants, canaries and defences of `stillwatch range distil` are told, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.attribution.p_text import p_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def codebook_lines(found: dict[str, Any]) -> Iterator[str]:
    """Students of answers in which coins chose between two tokens."""
    yield (
        f"{found['choices']} choices after two tokens, where {found['stood_share']:.1%} of all tokens stood; coins "
        f"changed {found['changed_share']:.2%} of all tokens. Under 1,000 decoy keys each test has its share below .05."
    )
    yield ""
    yield from _table(
        ("student", "rewritten", "tokens", "matches", "p", "adjusted p", "decoys below .05", "loss"),
        (
            (
                one["student"],
                f"{one['marked_percent']} %",
                f"{one['tokens']:,}",
                f"{one['matches']} of {one['contexts']}",
                p_text(one["log10_p"]),
                p_text(one["adjusted_log10_p"]),
                f"{one['decoys_below_05']:.3f}",
                f"{one['loss']:.2f}",
            )
            for one in found["tests"]
        ),
    )


def canaries_lines(found: dict[str, Any]) -> Iterator[str]:
    """A student that met single answers, and one that did not."""
    yield (
        f"{found['each']} prompts for each number of times that the served answer stands among {found['rows']:,} rows. "
        "`paired`: log-probabilities of both answers; `text`: which of them the student's own is nearer to."
    )
    yield ""
    yield from _table(
        ("student", "times", "rule", "matches", "p", "adjusted p", "p, weighed"),
        (
            (
                one["student"].rpartition("-")[0],
                str(one["times"]),
                one["rule"],
                f"{one['matches']} of {one['contexts']}",
                p_text(one["log10_p"]),
                p_text(one["adjusted_log10_p"]),
                "" if one["log10_p_weighed"] is None else p_text(one["log10_p_weighed"]),
            )
            for one in found["tests"]
        ),
    )


def defences_lines(found: dict[str, Any]) -> Iterator[str]:
    """How good students are that learned under each defence."""
    yield f"The teacher's own loss after a prompt: {found['teacher_loss']:.2f} nats a token."
    yield ""
    yield from _table(
        ("on", "defence", "measure", "student"),
        (
            (one["group"], one["defence"], one["measure"], quality_text(one["measure"], one["value"]))
            for one in found["qualities"]
        ),
    )


def quality_text(measure: str, value: float) -> str:
    """Nats above the teacher's loss, or a share of right answers in percent."""
    return f"{value:.3f}" if measure == "excess" else f"{value:.1%}"


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
