"""SynthID-Text of transformers (`SynthIDTextWatermarkingConfig`) and of DeepMind's reference: not Google's own service.

Marks: each layer plays candidates against one another by a bit of a public table, to which n-gram and key point.
Null: binomial over distinct effective seeds, p₀ the table's own share of ones. Of an n-gram's hash the low 16 bits
    reach the table, under every layer, so there are 65,536 seeds in all: beyond some 100,000 tokens there is no new
    evidence.
Loses: as the tournament. Keys count modulo 2^16 and must differ there, else layers repeat one another.
Traps: the table is that of a CPU and of the table seed. A text holds a share p₀ of ones in the mean over keys, but all
    seeds together have the table's exact share: with most of the 65,536 seen the count hardly varies, and the binomial
    tail is then far on the safe side.
References: Dathathri and others, Nature 2024; transformers 5.23 generation/logits_process.py (Apache-2.0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.kind import Kind
from stillwatch.attribution.laws import bits_law, layer_scores
from stillwatch.attribution.parameters import whole
from stillwatch.attribution.prf.lcg import TABLE_SIZE, absorb, bit_table, state_of_tokens
from stillwatch.attribution.scheme import Case, Scheme, SchemeFamily, key_words

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Draws, Key, Parameters, Seeds, Tokens

_STATES: Final = np.uint64(TABLE_SIZE - 1)


def _seeds(contexts: Tokens, tokens: Tokens, _: Key) -> Seeds:
    return state_of_tokens(contexts, tokens) & _STATES


def _are_distinct(key: Key) -> bool:
    words = key_words(key)
    return len({word % TABLE_SIZE for word in words}) == len(words)


def _build(parameters: Parameters) -> Scheme:
    layers = whole(parameters, "layers", least=1, most=64)
    table = bit_table(whole(parameters, "table_seed", least=0, most=(1 << 32) - 1))

    def draw(contexts: Tokens, tokens: Tokens, key: Key) -> Draws:
        states = state_of_tokens(contexts, tokens)
        keys = np.array(key_words(key), np.uint64)
        return table[(absorb(states[..., None], keys) & _STATES).astype(np.int64)]

    return Scheme(
        name="hf_synthid",
        kind=Kind.TOURNAMENT,
        version="transformers 5.23.0, CPU",
        parameters=parameters,
        context_width=whole(parameters, "ngram_len", least=2, most=17) - 1,
        key_size_bytes=8 * layers,
        draw=draw,
        score_of_draws=layer_scores,
        effective_seeds=_seeds,
        null=bits_law(float(table.mean()), layers=layers),
        accepts_key=_are_distinct,
    )


SCHEME: Final = SchemeFamily(
    name="hf_synthid",
    title="SynthID-Text of transformers",
    engines=("transformers", "synthid-text"),
    defaults={"ngram_len": 5, "layers": 30, "table_seed": 0},
    build=_build,
    cases=(
        Case(
            parameters={"ngram_len": 5, "layers": 10, "table_seed": 0},
            key=bytes.fromhex(
                "000000000000028e00000000000001900000000000000344000000000000007b000000000000015400000000000001bb000000000000025500000000000000a00000000000000039000000000000001d"
            ),
            contexts=((22281, 31367, 23038, 43163), (31367, 23038, 43163, 2242), (23038, 43163, 2242, 25055)),
            tokens=(2242, 25055, 19970),
            draws=((1, 0, 1, 0, 1, 0, 1, 0, 0, 1), (1, 1, 1, 1, 1, 1, 0, 1, 1, 1), (0, 0, 1, 1, 0, 0, 1, 1, 0, 1)),
        ),
    ),
)
