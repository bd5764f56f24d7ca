"""What each test of a plan reads, in a sentence for whoever reads the page."""

from __future__ import annotations

from typing import Final

RULES: Final = {
    "pairs": "Every distinct token and the context before it.",
    "pairs2": "Every such pair that was written twice or more: for green lists.",
    "mode": "The commonest next token of each context that was written twice or more.",
    "mode_log": "The same, of contexts that were also served often under the key.",
    "argmax": "The token that the model finds likeliest after each context of a clean probe.",
    "argmax_log": "The same, of contexts that were served often under the key.",
    "eprocess": "Bets on each context as it is seen for the second time: the figure may be looked at any time.",
    "codebook": "Choices of wording, each said one way by a secret coin when it was served, against unmarked text.",
    "codeword": "The same choices as one cohort's own codeword has them.",
    "paired": "Of two answers to a prompt, whether the one that a secret coin served is found likelier.",
    "paired_weighed": "The same, each pair by how much likelier.",
}
"""By the name that a plan has for it."""


def rule_words(rule: str) -> str:
    """The sentence of a rule; of one that is not known here, its name."""
    return RULES.get(rule, rule)
