"""Conversations out of a column of JSON `messages`, without a Python object a message.

Plain is a list of objects with a known role and a content that is text, null, or a list of text blocks and pictures;
what beside it changes nothing (`name`, `tool_calls`, `cache_control`) is skipped. Any other row is left to
`logs.messages`, whose rules this repeats: a plain row is exactly what `read_messages` makes of it.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from stillwatch.logs.scan.grammar import SLACK, copy_bytes, copy_text, key_end, skip_blank, value_end
from stillwatch.logs.scan.objects import Texts, frozen

_USER: Final = 1
_ASSISTANT: Final = 2
_TOOL: Final = 3
_SYSTEM: Final = 4
_FIELD_END: Final = 31
_MESSAGE_END: Final = 30
_LINE_BREAK: Final = 10

# Words by what they are; `_word_of` gives the place of a word in this list.
_WORDS: Final = (
    *("user", "assistant", "tool", "system", "developer", "function", "human", "model", "ai"),
    *("role", "content"),
    *("parts", "contents", "output", "text", "thinking_blocks", "reasoning_details", "reasoning_items"),
    *("type", "input_text", "output_text", "image_url", "image", "input_image", "input_audio", "tool_use"),
    *("thoughtSignature", "thought_signature", "reasoningContent", "toolResult"),
    *("functionResponse", "function_response"),
)
_ROLES: Final = np.array([1, 2, 3, 4, 4, 3, 1, 2, 2], dtype=np.int64)
_ROLE: Final[Any] = np.int64(_WORDS.index("role"))
_CONTENT: Final[Any] = np.int64(_WORDS.index("content"))
_TEXT: Final[Any] = np.int64(_WORDS.index("text"))
_LAST_FOREIGN: Final[Any] = np.int64(_WORDS.index("reasoning_items"))
"""Keys from `parts` to here stand for content or signed reasoning of other shapes: not plain beside a role."""
_TYPE: Final[Any] = np.int64(_WORDS.index("type"))
_OUTPUT_TEXT: Final[Any] = np.int64(_WORDS.index("output_text"))
_TOOL_USE: Final[Any] = np.int64(_WORDS.index("tool_use"))
"""Types from `image_url` to here have no text; those before it down to `input_text`, and `text`, are text."""
_FIRST: Final[Any] = np.int64(0)
_LAST: Final[Any] = np.int64(len(_WORDS) - 1)
_POOL: Final = np.frombuffer("".join(_WORDS).encode(), np.uint8).copy()
_POOL_STARTS: Final = np.cumsum([0, *map(len, _WORDS)], dtype=np.int64)


class Chats(NamedTuple):
    """Conversations by row; every span points into `said`, or into `system` for the system text.

    All arrays but the two buffers have one entry a row, and mean nothing where `plain` is false.
    """

    plain: npt.NDArray[np.bool_]
    said: npt.NDArray[np.uint8]
    """Of each row `role 0x1F text` for all turns up to the last of the user, with 0x1E between: what chains hash."""
    chain_starts: npt.NDArray[np.int64]
    chain_ends: npt.NDArray[np.int64]
    """The end of the last user turn; the start where there is none."""
    parent_ends: npt.NDArray[np.int64]
    """The end of the user turn before; the start where there is none."""
    prompt_starts: npt.NDArray[np.int64]
    turns: npt.NDArray[np.int64]
    """Number of user turns; -1 where nothing was said by anybody but the system."""
    system: npt.NDArray[np.uint8]
    system_starts: npt.NDArray[np.int64]
    system_ends: npt.NDArray[np.int64]


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _word_of(data: Any, start: int, end: int, first: int, last: int) -> int:
    """Which of the words `first` up to and with `last` stands between two positions; -1 for none of them."""
    length = end - start
    for word in range(first, last + 1):
        place = _POOL_STARTS[word]
        if _POOL_STARTS[word + 1] - place == length and _POOL[place] == data[start]:
            same = True
            for offset in range(1, length):
                same &= _POOL[place + offset] == data[start + offset]
            if same:
                return word
    return -1


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _put_block(data: Any, position: int, end: int, out: Any, place: int) -> tuple[int, int, bool]:
    """Copy the text of one block of a content list; where the block ends, the place, and whether it was text.

    The block passed `value_end` before, so only what it says is looked at; position -1 where it is not plain.
    """
    start, stop, escaped, has_type = -1, -1, False, False
    is_text: Any = False
    position = skip_blank(data, position + 1, end)
    while data[position] != 125:
        if data[position] == 44:
            position = skip_blank(data, position + 1, end)
        key = position + 1
        close, position = key_end(data, position, end)
        if close < 0:
            return -1, place, False
        word = _word_of(data, key, close - 1, _TEXT, _LAST)
        value = position
        position, kind = value_end(data, position, end)
        if word == _TYPE:
            if has_type or kind != 6:
                return -1, place, False
            has_type = True
            named = _word_of(data, value + 1, position - 1, _TEXT, _TOOL_USE)
            if named < 0 or (_TEXT < named <= _TYPE):
                return -1, place, False
            is_text = named == _TEXT or named <= _OUTPUT_TEXT
        elif word == _TEXT:
            if start >= 0 or kind not in (6, 7):
                return -1, place, False
            start, stop, escaped = value + 1, position - 1, kind == 7
        elif word > _TOOL_USE:
            return -1, place, False
        position = skip_blank(data, position, end)
    if not has_type or (is_text and start < 0):
        return -1, place, False
    if is_text:
        place = copy_text(data, start, stop, out, place) if escaped else copy_bytes(data, start, stop, out, place)
    return position + 1, place, is_text


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _put_content(data: Any, start: int, end: int, kind: int, out: Any, place: int) -> int:
    """Write what a content says; the place after it, or -1 where it is not plain."""
    if kind == 1:
        return place
    if kind == 6:
        return copy_bytes(data, start + 1, end - 1, out, place)
    if kind == 7:
        return copy_text(data, start + 1, end - 1, out, place)
    if kind != 9:
        return -1
    position, said = skip_blank(data, start + 1, end), False
    while data[position] != 93:
        if data[position] == 44:
            position = skip_blank(data, position + 1, end)
        if data[position] != 123:
            return -1
        if said:
            out[place] = _LINE_BREAK
        position, after, is_text = _put_block(data, position, end, out, place + 1 if said else place)
        if position < 0:
            return -1
        if is_text:
            place, said = after, True
        position = skip_blank(data, position, end)
    return place


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _message(data: Any, position: int, end: int) -> tuple[int, int, int, int, int]:
    """Read the object at `position`: where it ends (-1 if it is not plain), its role, and its content's span and
    kind.
    """
    role, start, stop, content = 0, 0, 0, 0
    position = skip_blank(data, position + 1, end)
    is_first = True
    while True:
        if position >= end:
            return -1, 0, 0, 0, 0
        if data[position] == 125:
            break
        if not is_first:
            if data[position] != 44:
                return -1, 0, 0, 0, 0
            position = skip_blank(data, position + 1, end)
        is_first = False
        key = position + 1
        close, position = key_end(data, position, end)
        if close < 0:
            return -1, 0, 0, 0, 0
        word = _word_of(data, key, close - 1, _ROLE, _LAST_FOREIGN)
        value = position
        position, kind = value_end(data, position, end)
        if position < 0 or word > _CONTENT:
            return -1, 0, 0, 0, 0
        if word == _ROLE:
            named = _word_of(data, value + 1, position - 1, _FIRST, _ROLE - 1) if kind == 6 and role == 0 else -1
            if named < 0:
                return -1, 0, 0, 0, 0
            role = _ROLES[named]
        elif word == _CONTENT:
            if content != 0:
                return -1, 0, 0, 0, 0
            start, stop, content = value, position, kind
        position = skip_blank(data, position, end)
    if role == 0:
        return -1, 0, 0, 0, 0
    return position + 1, role, start, stop, max(content, 1)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _put_role(role: int, out: Any, place: int) -> int:
    word = role - 1  # the first three words are the names of the roles, in order
    place = copy_bytes(_POOL, _POOL_STARTS[word], _POOL_STARTS[word + 1], out, place)
    out[place] = _FIELD_END
    return place + 1


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _chat(data: Any, position: int, end: int, said: Any, start: int, system: Any, system_start: int, out: Any) -> bool:
    """Read one conversation; `out` becomes chain end, parent end, prompt start, turns, system end."""
    place, aside = start, system_start
    chain_end, parent_end, prompt, turns, previous, is_first = start, start, start, 0, 0, True
    position = skip_blank(data, position, end)
    if position >= end or data[position] != 91:
        return False
    position = skip_blank(data, position + 1, end)
    while position < end and data[position] != 93:
        if not is_first:
            if data[position] != 44:
                return False
            position = skip_blank(data, position + 1, end)
        is_first = False
        if position >= end or data[position] != 123:
            return False
        position, role, first, last, kind = _message(data, position, end)
        if position < 0:
            return False
        is_system = role == _SYSTEM
        gap = 1 if is_system and aside > system_start else 0
        if is_system:
            target, begin = system, aside + gap
        elif role == _USER and previous == _USER:
            said[place] = _LINE_BREAK
            target, begin = said, place + 1
        else:
            if previous != 0:
                said[place] = _MESSAGE_END
                place += 1
            target, begin = said, _put_role(role, said, place)
            if role == _USER:
                parent_end, prompt, turns = chain_end, begin, turns + 1
        after = _put_content(data, first, last, kind, target, begin)
        if after < 0:
            return False
        if not is_system:
            place, previous = after, role
            chain_end = after if role == _USER else chain_end
        elif after > begin:  # an empty one leaves no line
            if gap:
                system[aside] = _LINE_BREAK
            aside = after
        position = skip_blank(data, position, end)
    if position >= end or skip_blank(data, position + 1, end) != end:
        return False
    out[0], out[1], out[2], out[3], out[4] = chain_end, parent_end, prompt, turns, aside
    if previous == 0:
        out[3] = -1
    return True


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _read(data: Any, starts: Any, ends: Any, valid: Any, plain: Any, said: Any, system: Any, spans: Any) -> None:
    place: Any = np.int64(0)  # a bare 0 would be a type of its own to compile for
    aside: Any = np.int64(0)
    out = np.zeros(5, dtype=np.int64)  # its own array: a slice of `spans` would be another type to compile for
    for row in range(starts.shape[0]):
        spans[5, row], spans[6, row] = place, aside
        if not valid[row]:
            continue
        if _chat(data, starts[row], ends[row], said, place, system, aside, out):
            plain[row] = True
            for item in range(5):
                spans[item, row] = out[item]
            place, aside = out[0], out[4]


def read_chats(texts: Texts) -> Chats:
    """Read every row that is plain."""
    rows = len(texts.starts)
    # A role is written as at most eleven bytes, and takes more than that in JSON: what is said is never longer.
    size = int((texts.ends - texts.starts)[texts.valid].max(initial=0)) + int(
        (texts.ends - texts.starts)[texts.valid].sum()
    )
    plain, said, system = np.zeros(rows, np.bool_), np.empty(size + SLACK, np.uint8), np.empty(size + SLACK, np.uint8)
    spans = np.zeros((7, rows), np.int64)
    _read(*frozen(texts), plain, said, system, spans)
    return Chats(plain, said, spans[5], spans[0], spans[1], spans[2], spans[3], system, spans[6], spans[4])
