"""Tokens have the ids that the library's own tokenizer gives them."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from stillwatch.core.errors import InputError
from stillwatch.service.licences.token_ids import TokenIds


def test_bytes_of_a_byte_level_vocabulary(tmp_path):
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(initial_alphabet=alphabet, special_tokens=["<|end|>"], show_progress=False)
    made.train_from_iterator(["the cafe and the sea\n"] * 9, trainer)
    made.save(str(tmp_path / "tokenizer.json"))
    ids = TokenIds.read(tmp_path / "tokenizer.json")
    encoded = made.encode("the sea and a café\n")
    pieces = [made.decode([number]).encode() for number in encoded.ids]
    known = [(piece, number) for piece, number in zip(pieces, encoded.ids, strict=True) if piece.isascii()]
    assert len(known) > 5
    assert [ids.id_of(piece) for piece, _ in known] == [number for _, number in known]
    assert ids.id_of(b" the") == made.token_to_id("Ġthe")
    assert (ids.id_of(b"<|end|>"), ids.id_of(bytes([0xC3])), ids.id_of(b"no such token")) == (
        made.token_to_id("<|end|>"),
        made.token_to_id("Ã"),
        None,
    )


def test_pieces_of_a_vocabulary_with_bars(tmp_path):
    vocabulary = [("<unk>", 0.0), ("▁the", -1.0), ("the", -2.0), ("<0x0A>", -3.0)]
    made = Tokenizer(models.Unigram(vocabulary, 0, byte_fallback=True))
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    made.save(str(tmp_path / "tokenizer.json"))
    ids = TokenIds.read(tmp_path / "tokenizer.json")
    assert [ids.id_of(text) for text in (b" the", b"the", b"\n")] == [1, 2, 3]


def test_what_stands_for_two_ids_has_none():
    assert TokenIds([(b"a", 1), (b"a", 2), (b"b", 3), (b"b", 3)]).id_of(b"a") is None


def test_another_file_is_an_error(tmp_path):
    (tmp_path / "t.json").write_text("[]", "utf-8")
    with pytest.raises(InputError, match="no tokenizer"):
        TokenIds.read(tmp_path / "t.json")
