"""What a statement about a campaign can be about: `kind:word`, so that those of many producers can be put together.

Kinds are closed, words are free; those that a bill before the US Congress (H.R. 8283) asks for have words of their own.
"""

from __future__ import annotations

from typing import Final

TOPICS: Final = {
    "content": "What the requests have in common: wording, layout, a list that is dealt out.",
    "timing": "When they come: one timetable, one rhythm, a move to a new model within a day.",
    "succession": "Accounts that take over from one another, after a ban or within a conversation.",
    "infrastructure": "Addresses, networks and client programs.",
    "registration": "How and when the accounts were opened, and what they were paid with.",
    "parameters": "Settings of the requests.",
    "behaviour": "A role in a training pipeline: `harvest`, `reward_model`, `cleaning`, …",
    "access": (
        "A control that was circumvented: `technical`, `contractual`, `identity`, `geographic`; "
        "`proxy` where somebody else's service stood between."
    ),
    "credential": "How the accounts were had: `fraudulent`, `misrepresented`, `stolen`, `shared`, `bought`.",
    "terms": "Terms that forbid it: `extraction`, `competing_model`, `resale`.",
    "purpose": (
        "What the purpose is inferred from: `volume`, `structure`, `coordination`, `concentration` on capabilities, "
        "`several_accounts`, `correlation` with another model's development."
    ),
    "actor": "Who is behind it: `origin` (country), `operator`, `government_assistance`.",
    "twin": "An honest case that was considered, and why it does not fit.",
}


def is_topic(text: str) -> bool:
    """Whether it is `kind:word` of a known kind."""
    kind, colon, word = text.partition(":")
    return kind in TOPICS and bool(colon) and word.replace("_", "").replace("-", "").isalnum() and word.islower()
