"""Text as token ids of the teacher's tokenizer, which a mark is in, whatever tokenizer the suspect has."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.attribution.subject import Subject
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.evidence.leaf_entry import digest_of_file
from stillwatch.service.attribution.probe_of import preferences_of, probe_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stillwatch.attribution.answer_pair import AnswerPair
    from stillwatch.attribution.pair_table import Ints
    from stillwatch.service.attribution.outputs import Output

_NONE: Final = hashlib.sha256(b"token ids").hexdigest()


class Tokeniser:
    """A `tokenizer.json`; without one, files hold token ids themselves.

    Raises:
        InputError: The file is no tokenizer.
        SettingsError: The package `tokenizers` is not installed.
    """

    def __init__(self, path: Path | None) -> None:
        self.sha256 = digest_of_file(path) if path else _NONE
        """Of the file, as a plan states it."""
        self._tokenizer = _opened(path) if path else None

    def encode(self, texts: Sequence[str]) -> tuple[Ints, ...]:
        """Token ids of each text, without any that mark its beginning or end.

        Raises:
            InputError: There is no tokenizer.
        """
        if self._tokenizer is None:
            raise InputError("text without a tokenizer", mend="name the teacher's tokenizer.json with --tokenizer")
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return tuple(np.array(one.ids, np.int64) for one in found)

    def subject(
        self, name: str, outputs: Sequence[Output], *, pairs: Sequence[AnswerPair] = (), width: int = 0
    ) -> Subject:
        """What is tested: what was written, how likely the model found both answers of `pairs`, and its probabilities.

        Text without a tokenizer stays text alone, which tests of coins read. A probe has contexts of `width` tokens.

        Raises:
            InputError: There are written tokens of probabilities and no tokenizer for them.
        """
        written = [one for one in outputs if not one.is_given]
        texts: tuple[Ints, ...] = ()
        if all(one.ids for one in written):
            texts = tuple(np.array(one.ids, np.int64) for one in written)
        elif self._tokenizer is not None:
            texts = self.encode([one.text for one in written])
        said = tuple(one.text for one in written)
        return Subject(
            name=name,
            texts=texts,
            prompts=self._prompts(written) if self._tokenizer is not None else (),
            probe=probe_of(outputs, self.encode, width) if width else None,
            said=said if any(said) else (),
            preferences=preferences_of(outputs, pairs),
        )

    def _prompts(self, outputs: Sequence[Output]) -> tuple[Ints, ...]:
        return self.encode(sorted({one.prompt for one in outputs if one.prompt}))


def _opened(path: Path) -> Any:
    try:
        from tokenizers import Tokenizer  # noqa: PLC0415  # of the extra; token ids need none
    except ImportError as error:
        mend = "pip install 'stillwatch[attribution]'"
        raise SettingsError("reading text needs the package tokenizers", mend=mend) from error
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises plain exceptions
        raise InputError(f"no tokenizer: {error}", where=str(path), mend="name the teacher's tokenizer.json") from error
