"""Templates and system prompts: the fixed texts that stand around a slot.

A wrapper is a (prefix, suffix) pair; row 0 of both tables is "none". A population uses a run of consecutive wrappers:
one, several side by side (skeletons, paraphrases), or one for each account.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa

from stillwatch.evaluation.grammar import Grammar, escape
from stillwatch.evaluation.keys import Keys, below, mix

if TYPE_CHECKING:
    from stillwatch.evaluation.scenario import Work

_VARIANTS: Final = 64
_FAMILIES: Final = {
    "grading": ("rubric_open", "rubric"),
    "cleaning": ("cleaning_open", "cleaning"),
    "harvest": ("harvest_open", "want"),
    "reasoning": ("reasoning_open", "want"),
    "tasks": ("tasks_open", "tasks_point"),
}
_LEAST_LEFT: Final = 0.5
"""Of a template that is cut short."""
_SYNONYMS: Final = (
    ("write", "produce", "compose", "draw up"),
    ("task", "exercise", "assignment", "problem"),
    ("answer", "reply", "response", "solution"),
    ("result", "outcome", "conclusion", "end result"),
    ("thinking", "reasoning", "line of thought", "working"),
    ("step", "stage", "move", "phase"),
    ("complete", "full", "entire", "whole"),
    ("below", "that follows", "given here", "at the end"),
    ("explain", "clarify", "spell out", "describe"),
    ("show", "lay out", "present", "set out"),
    ("use", "apply", "take", "employ"),
    ("question", "query", "prompt", "enquiry"),
    ("detail", "depth", "length", "elaboration"),
    ("every", "each", "each and every", "any"),
    ("keep", "leave", "preserve", "retain"),
    ("check", "verify", "confirm", "test"),
    ("session", "conversation", "exchange", "dialogue"),
)


class Sheet(NamedTuple):
    """What a population writes around its slots."""

    wrapper: int
    """First wrapper, 0 = none."""
    wrappers: int
    system: int
    """First system prompt, 0 = none."""
    systems: int
    by_account: bool


class Templates:
    """All wrappers and system prompts of a scenario, escaped for JSON."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._wrappers: list[tuple[str, str]] = [("", "")]
        self._systems: list[str] = [""]

    def prefixes(self) -> pa.Array:
        return pa.array([prefix for prefix, _ in self._wrappers], pa.string())

    def suffixes(self) -> pa.Array:
        return pa.array([suffix for _, suffix in self._wrappers], pa.string())

    def systems(self) -> pa.Array:
        """Row 0 is null."""
        return pa.array([None, *self._systems[1:]], pa.string())

    def make_sheet(self, work: Work, key: int, accounts: int) -> Sheet:
        """Write the fixed texts of a population."""
        wrapper, system = len(self._wrappers), len(self._systems)
        by_account = "account" in {work.template, work.system}
        if work.template == "account":
            self._add_app_tasks(mix(key, np.arange(accounts)))
        elif work.template == "shared" and work.form == "app":
            self._add_app_tasks(mix(key, np.arange(work.skeletons)))
        elif work.template == "shared":
            self._add_skeletons(work, key)
        if work.system == "account":
            self._systems += self._grammar.render("system_app", mix(key, np.arange(accounts))).to_pylist()
        elif work.system == "shared":
            self._systems += self._grammar.render("system_app", mix(key, 5)).to_pylist()
        elif work.system == "popular":
            known = self._grammar.render("popular", mix(np.arange(64)))
            self._systems += sorted(set(known.to_pylist()))
        wrappers, systems = len(self._wrappers) - wrapper, len(self._systems) - system
        return Sheet(wrapper if wrappers else 0, wrappers, system if systems else 0, systems, by_account)

    def _add_app_tasks(self, keys: Keys) -> None:
        self._wrappers += [(text, "") for text in self._grammar.render("app_task", keys).to_pylist()]

    def _add_skeletons(self, work: Work, key: int) -> None:
        for number, language in enumerate(work.languages * work.skeletons):
            skeleton = self._skeleton(work, language, int(mix(key, number)[0]))
            variants = 1 if work.paraphrase == "exact" else _VARIANTS
            for variant in range(variants):
                rng = np.random.default_rng([key, number, variant])
                self._wrappers.append(_worded(skeleton, work.paraphrase, rng))

    def _skeleton(self, work: Work, language: str, key: int) -> tuple[str, list[str], str, str]:
        families = (*_FAMILIES[work.stage if work.stage in _FAMILIES else work.form], "marker", "closing")
        if language != "en":
            families = (f"open_{language}", f"want_{language}", "marker", "closing")
        opening, marker, closing = (self._grammar.render_one(families[place], key) for place in (0, 2, 3))
        points = dict.fromkeys(self._grammar.render_one(families[1], key + number) for number in range(9))
        return opening, list(points)[:6], marker, closing


def pick_wrapper(sheet: Sheet, conversation: Keys, account: Keys) -> tuple[np.ndarray, np.ndarray]:
    """Wrapper and system prompt of each row; account-wide ones stay with the account."""
    return (
        _pick(sheet.wrapper, sheet.wrappers, account if sheet.by_account else mix(conversation, 21)),
        _pick(sheet.system, sheet.systems, account if sheet.by_account or sheet.systems > 1 else conversation),
    )


def _pick(first: int, count: int, keys: Keys) -> np.ndarray:
    if count == 0:
        return np.zeros(len(keys), np.int32)
    return (first + below(keys, count)).astype(np.int32)


def _worded(skeleton: tuple[str, list[str], str, str], paraphrase: str, rng: np.random.Generator) -> tuple[str, str]:
    opening, points, marker, closing = skeleton
    if paraphrase == "shuffled":
        points = [points[number] for number in rng.permutation(len(points))[: max(3, len(points) - 1)]]
    prefix = opening + "\n" + "\n".join(f"{number}. {point}" for number, point in enumerate(points, 1))
    if paraphrase == "cut":
        kept = _LEAST_LEFT + (1 - _LEAST_LEFT) * rng.random()
        return escape(prefix[: round(len(prefix) * kept)] + marker), escape(closing)
    if paraphrase != "exact":
        for group in _SYNONYMS:
            pattern = r"\b(" + "|".join(group[:1]) + r")\b"
            prefix = re.sub(pattern, str(rng.choice(group)), prefix, flags=re.IGNORECASE)
    return escape(prefix + marker), escape(closing)
