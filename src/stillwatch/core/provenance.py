"""From whom a thing came, how, and what a reader here makes of it."""

from __future__ import annotations

from enum import StrEnum


class Signed(StrEnum):
    """What is known of the producer's signature."""

    VERIFIED = "verified"
    """By a key that the reader has for that producer."""
    UNSIGNED = "unsigned"
    """There is none; whoever delivered it vouches for it."""
    UNKNOWN_KEY = "unknown-key"
    """There is one, by a key that the reader does not know."""


class Review(StrEnum):
    """Where a received thing stands; only `ACCEPTED` reaches a guard."""

    QUARANTINED = "quarantined"
    """Nobody has looked; kept apart."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVOKED = "revoked"
    """Taken back by its producer, or the producer was put out."""


class Stance(StrEnum):
    """What one reader says of an indicator or campaign; as the three classes of ThreatExchange."""

    CONFIRMS = "confirms"
    """The reader has seen it do harm itself."""
    INVESTIGATES = "investigates"
    """A lead that a person must look into: the default of whatever is received."""
    DENIES = "denies"
    """The reader knows it to be honest."""


def joint_stance(stances: frozenset[Stance]) -> Stance | None:
    """What readers say together; None where some confirm and others deny: it is DISPUTED, and nothing rests on it."""
    if Stance.CONFIRMS in stances and Stance.DENIES in stances:
        return None
    return next((one for one in (Stance.DENIES, Stance.CONFIRMS) if one in stances), Stance.INVESTIGATES)
