"""What a transparency log says of keepers' keys: which they are, and whether each counted when it signed.

Whoever trusts a log (`log.toml`) needs no public key of each keeper: the log's history of keys tells them, in the role
of custody. A key that ended counts for what bears an earlier date; one that was revoked only for what the log shows to
be older than the revocation, since a thief writes whatever date he likes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.key_history import refusal_of
from stillwatch.evidence.key_statement import KeyRole
from stillwatch.signing.key_kinds import id_of, usable_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.evidence.custody_chain import Custody
    from stillwatch.evidence.key_history import KeyHistory, KeySpan
    from stillwatch.signing.key_kinds import PublicKey


def keys_told(history: KeyHistory) -> tuple[PublicKey, ...]:
    """The keys of keepers that the history speaks of, whether they count today or not.

    Raises:
        InputError: One is none that signs custody.
    """
    return tuple(public for public, _ in _told(history))


def refuse_ended(custody: Custody, history: KeyHistory, leaves: Mapping[str, int], where: str = "") -> None:
    """Refuse a record with a statement by a key that did not count then; a key that the history is silent on does.

    Args:
        custody: A record whose signatures hold.
        history: Of a log, checked.
        leaves: Digest of a statement → its number in that log, proved.
        where: Named in errors.

    Raises:
        InputError: A key in the history is none that signs custody.
        VerificationError: One did not.
    """
    spans: dict[str, list[KeySpan]] = {}
    for public, span in _told(history):
        spans.setdefault(id_of(public), []).append(span)
    for link in custody.links:
        said = link.statement
        refusals = [refusal_of(one, at=said.at, leaf=leaves.get(link.sha256)) for one in spans.get(said.signer, ())]
        if refusals and all(refusals):
            raise VerificationError(f"statement {said.number} does not count: {refusals[0]}", where=where)


def _told(history: KeyHistory) -> list[tuple[PublicKey, KeySpan]]:
    return [(_public(one), one) for one in history.spans if one.role is KeyRole.CUSTODY]


def _public(span: KeySpan) -> PublicKey:
    try:
        if span.algorithm == "ed25519":
            return Ed25519PublicKey.from_public_bytes(span.public)
        return usable_key(load_der_public_key(span.public), span.name)
    except (ValueError, UnsupportedAlgorithm) as error:
        mend = "ask whoever keeps the log"
        raise InputError(f"no key that signs custody: {error}", where=span.name, mend=mend) from error
