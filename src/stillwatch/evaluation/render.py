"""The text of planned exchanges: messages as a gateway logs them, joined from escaped pieces.

A later turn carries the whole conversation before it, replies included, because each text is a function of its keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evaluation.keys import Floats, Ints, Keys, below, hex_text, indices, mix
from stillwatch.evaluation.work import SET_SIZE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.evaluation.corpora import Source
    from stillwatch.evaluation.grammar import Grammar
    from stillwatch.evaluation.lengths import Lengths
    from stillwatch.evaluation.rows import Rows
    from stillwatch.evaluation.work import Recipe

_BANK: Final = 16_384
_FACT_BYTES: Final = 70
_SWEPT_REQUESTS: Final = 3
_REPLAYED: Final = 150


class Speech(NamedTuple):
    """How a format writes a message around its escaped text."""

    system: str = '{"role":"system","content":"'
    user: str = '{"role":"user","content":"'
    assistant: str = '{"role":"assistant","content":"'
    end: str = '"}'
    thought: str = '{"role":"assistant","content":null,"thinking_blocks":[{"type":"thinking","thinking":"'
    thought_end: str = '"}]}'


CHAT: Final = Speech()
"""As chat APIs take them."""
PARTS: Final = Speech(
    system='{"role":"system","parts":[{"type":"text","content":"',
    user='{"role":"user","parts":[{"type":"text","content":"',
    assistant='{"role":"assistant","parts":[{"type":"text","content":"',
    end='"}]}',
    thought='{"role":"assistant","parts":[{"type":"reasoning","content":"',
)
"""As OpenTelemetry's GenAI conventions write them."""


class Texts(NamedTuple):
    """The written side of a slice."""

    messages: pa.Array
    """JSON array of the request's messages."""
    asked_bytes: Ints
    """Size of the messages as a chat API takes them, whatever the format."""
    reply: pa.Array
    """Escaped text of the reply."""
    signature: pa.Array
    """Signature of the reply's reasoning, null where it has none."""
    output_tokens: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Reply sentences, rendered once."""

    facts: pa.Array
    replies: dict[str, pa.Array]

    @staticmethod
    def of(grammar: Grammar) -> Prose:
        keys = mix(np.arange(_BANK), 99)
        families = {"prose": "open_reply", "long": "open_reply", "code": "agent_reply", "score": "score_reply"}
        families["short"] = "short_reply"
        facts = pc.binary_join_element_wise(grammar.render("fact", keys), "", " ")
        return Prose(facts=facts, replies={name: grammar.render(family, keys) for name, family in families.items()})

    def facts_at(self, keys: Keys) -> pa.Array:
        return self.facts.take(indices(below(keys, _BANK)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderer:
    recipes: tuple[Recipe, ...]
    sources: dict[str, Source]
    grammar: Grammar
    prose: Prose
    lengths: Lengths
    prefixes: pa.Array
    suffixes: pa.Array
    systems: pa.Array
    reply_bytes: int
    reasons: NDArray[np.bool_]
    """Model → whether its replies carry signed reasoning."""
    population_keys: Keys
    """Population → the key that its conversations are numbered under."""
    speech: Speech = CHAT

    def texts(self, rows: Rows) -> Texts:
        """Messages, reply and token count of every row."""
        turn = rows.turn.astype(np.int64)
        tokens = self._tokens(rows, turn)
        pieces = [pa.scalar("["), self._system_piece(rows), self._history(rows, turn), pa.scalar("]")]
        messages = pc.binary_join_element_wise(*pieces, "")
        size = pc.binary_length(messages).to_numpy(zero_copy_only=False).astype(np.int64) - self._surplus(rows, turn)
        return Texts(messages, size, self._reply(rows, turn, tokens), self._signature(rows), tokens)

    def _surplus(self, rows: Rows, turn: Ints) -> Ints:
        """Bytes that this speech spends beyond a chat API's."""
        more = {name: len(getattr(self.speech, name)) - len(getattr(CHAT, name)) for name in Speech._fields}
        said: Ints = np.asarray(turn * (more["user"] + more["end"]) + (turn - 1) * (more["assistant"] + more["end"]))
        thought = more["thought"] + more["thought_end"]
        said += (rows.system > 0) * (more["system"] + more["end"]) + self._is_replayed(rows, np.ones(1)) * thought
        return said

    def _is_replayed(self, rows: Rows, turn: Ints | Floats) -> NDArray[np.bool_]:
        is_replay = np.array([recipe.stage == "replay" for recipe in self.recipes])[rows.recipe]
        return np.asarray(is_replay & (turn == 1))

    def _system_piece(self, rows: Rows) -> pa.Array:
        system = self.systems.take(indices(rows.system))
        return pc.fill_null(pc.binary_join_element_wise(self.speech.system, system, self.speech.end + ",", ""), "")

    def _history(self, rows: Rows, last: Ints) -> pa.Array:
        """All messages up to the last user turn: every (row, turn) is rendered at once, then joined row by row."""
        if last.max(initial=1) == 1:
            return self._asked(rows, last)
        reached = np.cumsum(last)
        origin = np.repeat(np.arange(len(rows)), last)
        turn = np.arange(len(origin)) - (reached - last)[origin] + 1
        pairs = rows.take(origin)
        asked = self._asked(pairs, turn)
        earlier = np.flatnonzero(turn < last[origin])
        past, moment = pairs.take(earlier), turn[earlier]
        reply = self._reply(past, moment, self._tokens(past, moment))
        answered = pc.binary_join_element_wise("," + self.speech.assistant, reply, self.speech.end + ",", "")
        pieces = pc.binary_join_element_wise(asked, _spread(answered, earlier, len(pairs)), "")
        return pc.binary_join(pa.ListArray.from_arrays(pa.array(np.r_[0, reached], pa.int32()), pieces), "")

    def _asked(self, rows: Rows, turn: Ints) -> pa.Array:
        asked = pc.binary_join_element_wise(self.speech.user, self._user(rows, turn), self.speech.end, "")
        return self._with_replay(rows, asked, turn)

    def _user(self, rows: Rows, turn: Ints) -> pa.Array:
        by_recipe = np.argsort(rows.recipe, kind="stable")
        numbers, begin = np.unique(rows.recipe[by_recipe], return_index=True)
        parts = []
        for number, low, high in zip(numbers, begin, np.r_[begin[1:], len(rows)], strict=True):
            chosen = by_recipe[low:high]
            recipe = self.recipes[number]
            parts.append(self._staged(recipe, rows.item[chosen], rows.conversation[chosen], turn[chosen]))
        back = np.empty(len(rows), np.int64)
        back[by_recipe] = np.arange(len(rows))
        text = pa.concat_arrays(parts).take(indices(back))
        wrapper = np.where(turn == 1, rows.wrapper, 0)
        if not wrapper.any():
            return text
        prefix, suffix = (table.take(indices(wrapper)) for table in (self.prefixes, self.suffixes))
        return pc.binary_join_element_wise(prefix, text, suffix, "")

    def _staged(self, recipe: Recipe, item: Ints, conversation: Keys, turn: Ints) -> pa.Array:
        """The text of the stage around the item; grading, cleaning and sweeps have single turns."""
        source = self.sources[recipe.source]
        if recipe.stage in {"plain", "probe", "replay"}:
            return source.text(item, conversation, turn)
        if recipe.stage == "sweep":
            frame = self.grammar.render("sweep", mix(item, 7))
            asked = source.text(item - item % SET_SIZE + item % _SWEPT_REQUESTS, conversation, turn)
            return pc.binary_join_element_wise(frame, asked, " ")
        asked = source.text(item, conversation, turn)
        if recipe.stage == "tasks":
            tests = self.grammar.render("task_tests", mix(item, 13))
            return pc.binary_join_element_wise("[Task]\\n", asked, "\\n\\n[Example of a test]\\n", tests, "")
        answers = [self._passage(mix(item, number)) for number in (11, 12)]
        if recipe.stage == "grading":
            return pc.binary_join_element_wise(
                "[Question]\\n", asked, "\\n\\n[Answer A]\\n", answers[0], "\\n\\n[Answer B]\\n", answers[1], ""
            )
        return pc.binary_join_element_wise(
            "<session>\\nuser: ", asked, "\\nassistant: ", answers[0], "\\nuser: go on\\nassistant: ", answers[1],
            "\\n</session>", "",
        )  # fmt: skip

    def _passage(self, keys: Keys) -> pa.Array:
        return pc.binary_join_element_wise(*(self.prose.facts_at(mix(keys, number)) for number in range(4)), "")

    def _with_replay(self, rows: Rows, opened: pa.Array, turn: Ints) -> pa.Array:
        """A signed reasoning block of one of the population's first exchanges, handed in again elsewhere."""
        replayed = self._is_replayed(rows, turn)
        if not replayed.any():
            return opened
        past = np.flatnonzero(replayed)
        earlier = mix(self.population_keys[rows.population[past]], rows.item[past] % _REPLAYED)
        keys = mix(earlier, 1, 8)
        block = pc.binary_join_element_wise(
            self.speech.thought, self.prose.facts_at(keys), '","signature":"', hex_text([keys, mix(keys, 1)]),
            self.speech.thought_end + ",", "",
        )  # fmt: skip
        return pc.binary_join_element_wise(_spread(block, past, len(rows)), opened, "")

    def _tokens(self, rows: Rows, turn: Ints) -> Ints:
        names = [recipe.length for recipe in self.recipes]
        tokens = np.zeros(len(rows), np.int64)
        keys = mix(rows.conversation, turn, 5)
        for name in dict.fromkeys(names):
            chosen = np.flatnonzero(np.array([one == name for one in names])[rows.recipe])
            if len(chosen):
                tokens[chosen] = self.lengths.draw(name, keys[chosen])
        return tokens

    def _reply(self, rows: Rows, turn: Ints, tokens: Ints) -> pa.Array:
        keys = mix(rows.conversation, turn, 6)
        kinds = np.array([recipe.length if recipe.length in self.prose.replies else "prose" for recipe in self.recipes])
        parts: list[Any] = [self._openings(kinds[rows.recipe], keys)]
        wordy = np.isin(kinds, ("prose", "long", "code"))[rows.recipe]
        sentences = np.where(wordy, np.minimum(tokens * 4, self.reply_bytes) // _FACT_BYTES, 0)
        for number in range(int(sentences.max(initial=0))):
            chosen = np.flatnonzero(sentences > number)
            fact = self.prose.facts_at(mix(keys[chosen], number))
            parts.append(fact if len(chosen) == len(rows) else _spread(fact, chosen, len(rows)))
        return pc.binary_join_element_wise(*parts, "") if len(parts) > 1 else parts[0]

    def _openings(self, kinds: NDArray[np.str_], keys: Keys) -> pa.Array:
        present = list(self.prose.replies)
        bank = pa.concat_arrays([self.prose.replies[name] for name in present])
        place = np.searchsorted(sorted(present), kinds)
        order = np.array([present.index(name) for name in sorted(present)])
        return bank.take(indices(order[place] * _BANK + below(keys, _BANK)))

    def _signature(self, rows: Rows) -> pa.Array:
        keys = mix(rows.conversation, rows.turn, 8)
        signed = self.reasons[rows.model]
        return pc.if_else(pa.array(signed), hex_text([keys, mix(keys, 1)]), pa.scalar(None, pa.string()))


def _spread(part: pa.Array, places: NDArray[np.generic], count: int) -> pa.Array:
    """Values at their places among `count` rows, empty text elsewhere."""
    index = np.full(count, len(part), np.int64)
    index[places] = np.arange(len(part))
    return pa.concat_arrays([part, pa.array([""], part.type)]).take(indices(index))
