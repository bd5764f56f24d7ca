from __future__ import annotations

import pyarrow as pa

from stillwatch.logs.chat_columns import scanned_chats
from stillwatch.logs.litellm import REDACTED, conversation_of


def test_rows_of_every_sort_stand_in_their_place() -> None:
    rows = ['[{"role":"user","content":"a"}]', None, "bare text", f'[{{"role":"user","content":"{REDACTED}"}}]', ""]
    columns = scanned_chats(pa.array(rows), conversation_of, REDACTED)
    assert columns["prompt_text"].to_pylist() == ["a", None, "bare text", None, None]
    expected = [conversation_of(row)._asdict() for row in rows]
    assert [{name: column[row].as_py() for name, column in columns.items()} for row in range(len(rows))] == expected


def test_nested_columns_are_not_for_the_scanner() -> None:
    assert scanned_chats(pa.array([[{"role": "user"}]]), conversation_of, REDACTED) is None
    assert scanned_chats(None, conversation_of, REDACTED) is None
