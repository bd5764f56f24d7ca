"""Ids of tokens by their bytes, out of a `tokenizer.json`: replies name tokens by text, trainers by number.

    ids = TokenIds.read(Path("teacher/tokenizer.json"))
    ids.id_of(b" the")

Vocabularies of bytes (GPT-2 and after: each byte written as a printable sign) and of SentencePiece (a bar for a space,
`<0x0A>` for a byte) are told apart by the file's decoder. Bytes that two ids stand for have none.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_BAR: Final = "▁"
_BYTE: Final = re.compile(r"<0x([0-9A-F]{2})>")
_AMBIGUOUS: Final = -1


class TokenIds:
    """Those of one tokenizer."""

    def __init__(self, pairs: Iterable[tuple[bytes, int]]) -> None:
        known: dict[bytes, int] = {}
        for text, number in pairs:
            known[text] = number if known.get(text, number) == number else _AMBIGUOUS
        self._known = known

    @classmethod
    def read(cls, path: Path) -> TokenIds:
        """Read a file.

        Raises:
            InputError: It is no `tokenizer.json`.
        """
        try:
            document = json.loads(path.read_text("utf-8"))
            return cls(_pairs(document))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"no tokenizer: {error}", where=str(path), mend="name the teacher's tokenizer.json"
            ) from error

    def id_of(self, text: bytes) -> int | None:
        found = self._known.get(text, _AMBIGUOUS)
        return None if found == _AMBIGUOUS else found


def _pairs(document: dict[str, Any]) -> Iterator[tuple[bytes, int]]:
    vocabulary = document["model"]["vocab"]
    listed = vocabulary.items() if isinstance(vocabulary, dict) else ((one[0], at) for at, one in enumerate(vocabulary))
    in_bytes = _is_of_bytes(document)
    signs = _signs()
    added = {one["id"]: one["content"] for one in document.get("added_tokens") or ()}
    for text, number in listed:
        if number not in added:
            yield _bytes_of(text, signs) if in_bytes else _pieces_of(text), number
    for number, text in added.items():
        yield text.encode(), number


def _is_of_bytes(document: dict[str, Any]) -> bool:
    return any(
        part.get("type") == "ByteLevel"
        for name in ("decoder", "pre_tokenizer")
        for whole in (document.get(name) or {},)
        for part in (whole, *(whole.get("decoders") or ()), *(whole.get("pretokenizers") or ()))
    )


def _bytes_of(text: str, signs: dict[str, int]) -> bytes:
    """Bytes of a token whose signs stand for bytes; of any other its text."""
    return bytes(signs[sign] for sign in text) if all(sign in signs for sign in text) else text.encode()


def _pieces_of(text: str) -> bytes:
    if found := _BYTE.fullmatch(text):
        return bytes([int(found[1], 16)])
    return text.replace(_BAR, " ").encode()


def _signs() -> dict[str, int]:
    """The printable sign of each byte, as GPT-2's tokenizer has them: itself, or the next one from 256 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + at): byte for at, byte in enumerate(others)}
