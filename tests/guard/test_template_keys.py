"""Template keys of a request are those that ingest makes of the same texts."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stillwatch.core.key_kind import KeyKind
from stillwatch.guard.template_keys import ALL_KINDS, Made, TemplateKeys
from stillwatch.logs.sketches.prompt import SKETCH

_PIECES = st.sampled_from(
    (
        *("word", "the", "Ünï", "12", "3a", "é", "中", "文", "한", "🙂", "A", "_", ".", "\x00", "\x7f", "߿"),
        *("\n", "\n\n", "- ", "x:", "\n# ", "\t", " ", "\r\n1.", "longerword", "ﬁ", "İ"),
    )
)
_TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(_PIECES, max_size=700).map("".join),
    st.builds(
        lambda piece, count, end: (piece + " ") * count + end,
        _PIECES,
        st.sampled_from((1, 4, 5, 12, 13, 95, 96, 97, 99, 100, 191, 192, 193, 195, 196, 197, 200, 250, 3000)),
        st.text(max_size=9),
    ),
)


def of_ingest(prompt: str | None, system: str | None, salt: int) -> tuple[tuple[int, int], ...]:
    batch = pa.record_batch(
        {"prompt_text": pa.array([prompt], pa.string()), "system_text": pa.array([system], pa.string())}
    )
    keys = SKETCH.compute(batch, salt).keys
    assert keys is not None
    return tuple(zip(keys.kind.tolist(), keys.key.tolist(), strict=True))


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.none(), _TEXTS), st.one_of(st.none(), _TEXTS), st.integers(-(2**63), 2**64 - 1))
@example("a b c d", "s" * 2048, 0)
@example("a " * 5000 + "中" * 300, "s", 1)
@example("中" * 5000, None, 1)
@example("x" * 900 + " " + "b " * 3000 + "é" * 500, None, 1)
def test_equal_to_ingest(prompt: str | None, system: str | None, salt: int) -> None:
    keys = TemplateKeys(salt)
    made = keys.of(prompt, system)
    for _ in range(20):
        if not made.is_late:
            break
        made = keys.of(prompt, system)
    assert made == Made(of_ingest(prompt, system, salt), is_late=False)


def test_only_the_kinds_that_are_looked_up() -> None:
    prompt, system = "# a b c d e f\n- g h\n1. i", "Be brief."
    every = TemplateKeys(1).of(prompt, system).keys
    for kind in ALL_KINDS:
        some = TemplateKeys(1, frozenset((kind,))).of(prompt, system).keys
        assert some == tuple(key for key in every if key[0] == kind) != ()


def test_a_long_system_text_is_known_after_a_few_requests() -> None:
    system = "s" * 9000
    keys = TemplateKeys(1)
    made = [keys.of(None, system) for _ in range(6)]
    assert [one.is_late for one in made] == [True, True, True, True, False, False]
    assert made[-1].keys == of_ingest(None, system, 1)


def test_other_texts_between_do_not_set_it_back() -> None:
    keys = TemplateKeys(1)
    for number in range(5):
        made = keys.of(None, "s" * 9000)
        keys.of(None, f"{number}" * 9000)
    assert made.is_late is False


def test_a_prompt_of_new_long_words_is_late_and_the_others_are_not() -> None:
    keys = TemplateKeys(1)
    long = " ".join(f"{number:0600x}" for number in range(1, 9))
    assert keys.of(long, "Be brief.") == Made(of_ingest(None, "Be brief.", 1), is_late=True)
    assert keys.of("a b c d e", None) == Made(of_ingest("a b c d e", None, 1), is_late=False)
    keys.of(long, None)
    assert keys.of(long, None) == Made(of_ingest(long, None, 1), is_late=False)


def test_a_word_without_end_has_no_key() -> None:
    keys = TemplateKeys(1)
    for _ in range(3):
        assert keys.of("x" * 3_000_000, None) == Made((), is_late=True)


def test_what_is_remembered_is_bounded() -> None:
    keys = TemplateKeys(1)
    for number in range(3000):
        keys.of(" ".join(f"w{number}x{word}" for word in range(30)), f"system {number}")
    assert len(keys._words) <= 65_536
    assert len(keys._systems) <= 16_384
    assert keys.of("a b c d e", "s").keys == of_ingest("a b c d e", "s", 1)


def test_kinds_are_numbers_of_the_stored_state() -> None:
    assert {int(kind) for kind in ALL_KINDS} == {1, 2, 3, 4, 5}
    assert KeyKind.SYSTEM in ALL_KINDS
