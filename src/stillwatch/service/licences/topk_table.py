"""Licensed answers with the teacher's likeliest tokens at each place, as Parquet.

    prompt, completion      conversations, as TRL's prompt-completion datasets have them
    completion_ids          (T,) ids of the answer's tokens in the teacher's vocabulary
    logprobs                (T, K) the likeliest first; -inf where a place lists fewer
    logprob_token_ids       (T, K) their ids; 0 beside -inf
    actual_logprobs         (T, 1) of the token that was drawn

The last three are in the shape of `get_sequence_logprobs` of TRL's vLLM client, which its ServerDistillationTrainer
reads, so that a client that hands these rows out takes the place of a teacher (TRL 1.16).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from stillwatch.service.licences.token_ids import TokenIds
    from stillwatch.wire.token_logprobs import Likely, Placed

_TURNS: Final = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
_SCHEMA: Final = pa.schema(
    [
        ("id", pa.string()),
        ("prompt", _TURNS),
        ("completion", _TURNS),
        ("completion_ids", pa.list_(pa.int64())),
        ("logprobs", pa.list_(pa.list_(pa.float32()))),
        ("logprob_token_ids", pa.list_(pa.list_(pa.int64()))),
        ("actual_logprobs", pa.list_(pa.list_(pa.float32()))),
    ]
)
_AT_ONCE: Final = 256
_ABSENT: Final = (float("-inf"), 0)


class Turn(NamedTuple):
    role: str
    content: str


class TopKTable:
    """Writes rows; close it by leaving its `with`."""

    def __init__(self, path: Path, ids: TokenIds, *, most: int) -> None:
        """Begin a file.

        Args:
            path: Of the file.
            ids: Of the teacher's vocabulary.
            most: Alternatives a place, K; further ones are left out.
        """
        self._writer = pq.ParquetWriter(path, _SCHEMA, compression="zstd")
        self._ids, self._most = ids, most
        self._waiting: list[dict[str, Any]] = []
        self.written = 0
        self.unknown = 0
        """Left out: with a token that has no id, or stands for several."""

    def add(self, reply: str, turns: Sequence[Turn], places: Sequence[Placed]) -> None:
        """Take an answer; `turns` end with it."""
        columns = self._columns(places)
        if columns is None:
            self.unknown += 1
            return
        *prompt, completion = (turn._asdict() for turn in turns)
        self._waiting.append({"id": reply, "prompt": prompt, "completion": [completion], **columns})
        self.written += 1
        if len(self._waiting) == _AT_ONCE:
            self._flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: TracebackType | None
    ) -> None:
        self._flush()
        self._writer.close()

    def _columns(self, places: Sequence[Placed]) -> dict[str, Any] | None:
        chosen = [self._id_of(place.chosen) for place in places]
        tops = [self._top_of(place) for place in places]
        if None in chosen or None in tops:
            return None
        return {
            "completion_ids": chosen,
            "logprobs": [[logprob for logprob, _ in top or ()] for top in tops],
            "logprob_token_ids": [[number for _, number in top or ()] for top in tops],
            "actual_logprobs": [[place.chosen.logprob] for place in places],
        }

    def _top_of(self, place: Placed) -> list[tuple[float, int]] | None:
        """The likeliest tokens of a place, K of them; an answer that lists none has its own token alone."""
        listed = (place.top or (place.chosen,))[: self._most]
        numbers = [self._id_of(one) for one in listed]
        if None in numbers:
            return None
        known = [(one.logprob, number) for one, number in zip(listed, numbers, strict=True) if number is not None]
        return known + [_ABSENT] * (self._most - len(known))

    def _id_of(self, one: Likely) -> int | None:
        return one.id if one.id is not None else self._ids.id_of(one.text)

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=_SCHEMA))
            self._waiting.clear()
