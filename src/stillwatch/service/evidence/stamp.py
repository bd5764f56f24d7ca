"""Have a log's checkpoint stamped with the time, and keep it with its stamp where readers find both.

FOLDER/12345-1a2b3c4d.checkpoint    what was stamped: the signed note
FOLDER/12345-1a2b3c4d.tsr           the authority's answer (DER), checked before it is kept
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import PeerError
from stillwatch.evidence.checkpoint import read_checkpoint
from stillwatch.evidence.timestamp import Stamped, ask_for, check_timestamp, read_roots
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stillwatch.evidence.signed_note import Note

_TIMEOUT_S: Final = 20.0
_LONGEST_ANSWER: Final = 1 << 16
_ROOT_DIGITS: Final = 8


class StampFiles(NamedTuple):
    data: Path
    stamp: Path
    stamped: Stamped


class CheckedStamp(NamedTuple):
    answer: bytes
    """DER."""
    stamped: Stamped


def stamp_checkpoint(note: Note, folder: Path, *, roots: Path, ask: Callable[[bytes], bytes]) -> StampFiles:
    """Have a checkpoint stamped.

    Args:
        note: The checkpoint, as it is now.
        folder: Where stamps are kept.
        roots: Certificates that the stamp must lead to, PEM.
        ask: Sends a request to the authority and gives its answer, both DER.

    Raises:
        PeerError: The authority does not answer.
        VerificationError: Its answer does not hold; nothing is kept.
        InputError: There are no certificates in the file.
    """
    data = str(note).encode()
    answer, stamped = stamp_of(data, roots=roots, ask=ask)
    said = read_checkpoint(note.text)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{said.size}-{said.root.hex()[:_ROOT_DIGITS]}"
    files = StampFiles(folder / f"{name}.checkpoint", folder / f"{name}.tsr", stamped)
    write_whole(files.data, data)
    write_whole(files.stamp, answer)
    return files


def stamp_of(data: bytes, *, roots: Path, ask: Callable[[bytes], bytes]) -> CheckedStamp:
    """An authority's answer over some bytes, checked; raises as `stamp_checkpoint` does."""
    trusted = read_roots(roots.read_bytes(), str(roots))
    asked = ask_for(data)
    answer = ask(asked.query)
    return CheckedStamp(answer, check_timestamp(answer, data, trusted, nonce=asked.nonce))


def ask_authority(url: str, query: bytes) -> bytes:
    """Ask an authority over HTTP (RFC 3161 §3.4).

    Raises:
        PeerError: It does not answer, or with something else.
    """
    if not url.startswith(("https://", "http://")):
        raise PeerError("no address of a time-stamping authority", where=url, mend="write https://...")
    headers = {"content-type": "application/timestamp-query"}
    request = urllib.request.Request(url, query, headers, method="POST")  # noqa: S310  # checked above
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310  # checked above
            kind = answer.headers.get_content_type()
            body: bytes = answer.read(_LONGEST_ANSWER)
    except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
        raise PeerError(f"does not answer: {error}", where=url, mend="try again later, or use --own") from error
    if kind != "application/timestamp-reply":
        raise PeerError(f"answers with {kind}", where=url, mend="name an RFC 3161 authority")
    return body
