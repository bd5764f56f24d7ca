"""An explanation for people: sections of plain sentences, the same on a terminal and in a pipe."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from stillwatch.faces.report.visible_text import clipped
from stillwatch.faces.report.wording import chance_in_words, moment_in_words, number, plural, sentence, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.core.explanation import ExplainedEvidence, Explanation, SharedKey, ShownExchange

_WIDTH: Final = 110


def explanation_text(told: Explanation) -> str:
    """The explanation as text."""
    parts = [_head(told)]
    for title, lines in _sections(told):
        if lines:
            parts.append("\n".join((title.upper(), *lines)))
    return "\n\n".join(parts)


def _head(told: Explanation) -> str:
    of = f"{told.account_id} in {told.campaign_id}" if told.account_id else told.campaign_id
    counted = f"{plural(told.accounts, 'account')}, {plural(told.exchanges, 'exchange')}"
    tested = (
        f"p-value of the group as reported {told.p_value:.1e}, of the core that carries the proof "
        f"{told.core_p_value:.1e}; {plural(told.judged, 'group')} tested, stated false-discovery rate {told.fdr:g}"
    )
    return f"{_one_line(of)}: {counted}\n{tested}"


def _sections(told: Explanation) -> Iterator[tuple[str, list[str]]]:
    if told.member is not None:
        said = f"{told.member.standing.value}, confidence {told.member.confidence:.2f}: {told.member.because}"
        yield "standing", _item(said)
        yield "beside the other members", _table([(one.what, one.account, one.usual) for one in told.compared])
    yield "what would change the verdict", [line for one in told.changes for line in _item(sentence(one.because))]
    yield "without one kind of evidence", [line for one in told.without for line in _item(sentence(one.because))]
    yield "evidence", [line for one in told.evidence for line in _evidence(one)]
    yield "public prompt sets", [line for one in told.sets for line in _item(sentence(one.because))]
    yield "the words that tie them", [line for one in told.keys for line in _key(one)]
    yield "honest explanations", [line for one in told.twins for line in _item(f"{words(one.twin)}: {one.why_not}")]
    yield "exchanges", [line for one in told.shown for line in _exchange(one)]


def _evidence(one: ExplainedEvidence) -> Iterator[str]:
    p_value = one.evidence.p_value
    kind = f"{one.evidence.family.value}, {one.axis}" if one.axis != "purpose" else "purpose"
    yield from _item(f"{words(one.evidence.source)} ({kind}): {one.evidence.because}")
    yield f"    {chance_in_words(p_value)}" + (f", p = {p_value:.1e}" if p_value < 1 else "")
    if one.null_model:
        label = "held against" if one.axis != "purpose" else "why"
        yield from _wrapped(f"{label}: {one.null_model}", "    ")


def _key(one: SharedKey) -> list[str]:
    said = f"“{_one_line(one.words)}”" if one.words else "(no kept excerpt holds it)"
    users = f"{plural(one.accounts, 'member')} in {plural(one.exchanges, 'exchange')}"
    return _item(f"{one.kind} {said}: {users}; {number(one.others)} other accounts use it")


def _exchange(one: ShownExchange) -> Iterator[str]:
    yield f"  - {moment_in_words(one.at)}  {_one_line(one.account_id)}  {_one_line(one.model)}  no. {one.number}"
    if one.source:
        yield f"    from {_one_line(one.source)}"
    if one.excerpt:
        yield from _wrapped(_one_line(one.excerpt, 400), "    ")


def _table(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    width, second = max(len(row[0]) for row in rows), max(len(row[1]) for row in rows)
    return [f"  {what:<{width}}  {mine:<{second}}  usual: {usual}" for what, mine, usual in rows]


def _item(text: str) -> list[str]:
    return list(_wrapped(f"- {_one_line(text, 1200)}", "  "))


def _wrapped(text: str, indent: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent + "  " * text.startswith("-")
    )


def _one_line(text: str, limit: int = 300) -> str:
    return " ".join(clipped(text, limit).split())
