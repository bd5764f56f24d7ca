"""What can be tried on a teacher that marks its answers."""

from __future__ import annotations

from enum import StrEnum


class Experiment(StrEnum):
    SHARES = "shares"
    """Students of which a part of what they learn is marked, and a test of each."""
    WEAR = "wear"
    """What wears a mark down: paraphrase, later clean training, and a vocabulary of the student's own."""
    LAYERS = "layers"
    """Answers under a global key and one of each account's, bought through sixteen accounts."""
    CODEBOOK = "codebook"
    """Students of answers in which secret coins chose between two tokens after some contexts."""
    CANARIES = "canaries"
    """A student that met single answers once or many times, each chosen by a coin out of two."""
    DEFENCES = "defences"
    """What students learn where the teacher's log-probabilities or steps are withheld, or its answers marked."""
