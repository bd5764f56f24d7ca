"""Have a log's newest checkpoint signed by its witnesses, each of them shown that what it signed before still stands.

A witness is asked with the size that it signed last, as far as we remember; one that remembers another says which, and
is asked again. What it signs is checked before it is believed, and kept with the checkpoint.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import PeerError
from stillwatch.evidence.checkpoint import read_checkpoint
from stillwatch.evidence.cosignature import cosignatures
from stillwatch.evidence.signed_note import Note, read_signatures
from stillwatch.evidence.witness import ADD_CHECKPOINT, Status, write_submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.evidence.signed_note import NoteSignature, Verifier

    Post = Callable[[str, bytes], tuple[int, bytes]]
    """(address, body) → (status, body); raises PeerError where nobody answers."""

_TIMEOUT_S: Final = 10.0
_LONGEST_ANSWER: Final = 1 << 16
_MOST_DIGITS: Final = 19


class WitnessAddress(NamedTuple):
    url: str
    """What stands before `/add-checkpoint`."""
    keys: tuple[Verifier, ...]


def ask_witness(
    address: WitnessAddress, note: Note, consistency: Callable[[int], list[bytes]], *, old: int = 0, post: Post
) -> tuple[NoteSignature, ...]:
    """The cosignatures of one witness, checked.

    Args:
        address: Where it is, and its keys.
        note: The log's newest checkpoint.
        consistency: Gives the proof from an earlier size to that of the checkpoint.
        old: The size that it signed last, as far as is known.
        post: Speaks to it.

    Raises:
        PeerError: It does not answer, refuses, or remembers a log that we never had.
        VerificationError: What it gives is no signature of its.
    """
    size = read_checkpoint(note.text).size
    url = address.url.rstrip("/") + ADD_CHECKPOINT
    for attempt in range(2):
        path = consistency(old) if 0 < old <= size else []
        status, body = post(url, write_submission(old, path, note))
        if status == Status.SIGNED:
            return _checked(address, note, read_signatures(body, url))
        if status != Status.BEHIND or attempt:
            break
        old = _size_in(body, url)
        if old > size:
            mend = "the log may have gone back: compare its checkpoint with the witness's"
            raise PeerError(f"has signed {old:,} leaves, the log has {size:,}", where=url, mend=mend)
    told = body[:200].decode("utf-8", "replace").strip()
    raise PeerError(f"answers {status}: {told}", where=url, mend="see what the witness's keeper says")


def post_by_http(url: str, body: bytes) -> tuple[int, bytes]:
    """POST over HTTP or HTTPS.

    Raises:
        PeerError: Nobody answers.
    """
    if not url.startswith(("https://", "http://")):
        raise PeerError("no address of a witness", where=url, mend="write https://...")
    request = urllib.request.Request(url, body, {"content-type": "text/plain"}, method="POST")  # noqa: S310  # checked above
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310  # checked above
            return answer.status, answer.read(_LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        return error.code, error.read(_LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise PeerError(f"does not answer: {error}", where=url, mend="try again later") from error


def _checked(address: WitnessAddress, note: Note, given: tuple[NoteSignature, ...]) -> tuple[NoteSignature, ...]:
    known = {(key.name, key.id) for key in address.keys}
    mine = tuple(one for one in given if (one.name, one.key_id) in known)
    if not cosignatures(Note(note.text, mine), address.keys):
        raise PeerError("signs with none of its keys", where=address.url, mend="ask its keeper for its keys")
    return mine


def _size_in(body: bytes, url: str) -> int:
    text = body.strip()
    if not text.isdigit() or len(text) > _MOST_DIGITS:
        raise PeerError("does not say what it signed last", where=url, mend="see what the witness's keeper says")
    return int(text)
