"""The PDF: the same bytes for the same dossier, every letter shown or named by its number, no text lost."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import replace

import pytest

from dossier_factory import dossier
from stillwatch.evidence.dossier_document import public_dossier

dossier_pdf = pytest.importorskip("stillwatch.faces.report.dossier_pdf").dossier_pdf


def _words(pdf: bytes) -> str:
    """The text that is drawn, in order."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    drawn = b"".join(zlib.decompress(base64.a85decode(b"<~" + one.strip(), adobe=True)) for one in streams)
    return " ".join(part.decode("latin-1") for part in re.findall(rb"\((.*?)(?<!\\)\) Tj", drawn, re.DOTALL))


def test_a_pdf_is_the_same_twice_and_says_what_the_page_says():
    made = dossier_pdf(dossier(), is_confidential=True)
    assert made == dossier_pdf(dossier(), is_confidential=True)
    assert made.startswith(b"%PDF")
    words = _words(made)
    for said in ("Campaign c-1", "Work of anna went on at ben", "What speaks against it", "Classroom"):
        assert said in words
    assert "Grade<b>this</b>answer" in words.replace(" ", "")  # each sign that markup has is drawn by itself


def test_the_redacted_one_names_nobody():
    words = _words(dossier_pdf(public_dossier(dossier()), is_confidential=False))
    assert not [word for word in ("anna", "Grade", "/logs/") if word in words]


def test_letters_that_look_alike_are_told_apart():
    named = replace(dossier().members[0], account="\u0430nna")  # begins with a Cyrillic letter
    assert "[0430]nna" in _words(dossier_pdf(dossier(members=(named,)), is_confidential=True))
