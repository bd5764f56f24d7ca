from __future__ import annotations

from stillwatch.logs.prompt_keys import prompt_keys, words_of_keys

TEXT = "You are a careful tutor. Explain the following concept to a beginner in ten steps: inflation of prices"


def test_every_run_head_and_tail_of_a_text_is_turned_back_into_its_words():
    made = prompt_keys([TEXT], salt=5)
    wanted = {(kind, key) for kind, key in zip(made.kind.tolist(), made.key.tolist(), strict=True) if kind <= 3}
    words = words_of_keys(wanted, [("", TEXT)], salt=5)
    assert set(words) == wanted
    assert "You are a careful tutor …" in words.values()
    assert "… ten steps inflation of prices" in words.values()


def test_another_salt_gives_other_keys():
    assert prompt_keys([TEXT], salt=5).exact.tolist() != prompt_keys([TEXT], salt=6).exact.tolist()


def test_a_key_that_no_text_holds_has_no_words():
    assert words_of_keys({(1, 12345)}, [("", TEXT)], salt=5) == {}
