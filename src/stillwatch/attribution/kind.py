"""How a mark is put into text: what a sampler does with the draws of a scheme."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """How draws change which token is sampled."""

    GUMBEL = "gumbel"
    """The uniform of each token makes the Gumbel noise of the draw: the keyed choice takes the place of chance."""
    DUAL_GUMBEL = "dual gumbel"
    """The same with one of two keys a token, chosen at random by a stated share."""
    GREEN_LIST = "green list"
    """Tokens whose bit is 1 gain a bias in their logits before the draw."""
    TOURNAMENT = "tournament"
    """Each layer of bits plays the candidates against one another, in expectation over all pairs."""
