"""Countries as lists and customers write them, brought to ISO 3166-1 alpha-2.

>>> country_code("Korea, North"), country_code("de"), country_code("DEU"), country_code("Atlantis")
('KP', 'DE', 'DE', '')
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

_BETWEEN: Final = re.compile(r"[^a-z]+")
_ALPHA_3: Final = {
    pair[:3]: pair[4:]
    for pair in (
        *("usa=US", "chn=CN", "rus=RU", "prk=KP", "irn=IR", "syr=SY", "cub=CU", "deu=DE", "gbr=GB", "fra=FR", "jpn=JP"),
        *("kor=KR", "ind=IN", "hkg=HK", "twn=TW", "are=AE", "tur=TR", "blr=BY", "ven=VE", "mmr=MM", "afg=AF", "irq=IQ"),
        *("pak=PK", "sgp=SG", "che=CH", "can=CA", "aus=AU", "nld=NL", "ita=IT", "esp=ES", "bra=BR", "mex=MX", "ukr=UA"),
    )
}
"""Three letters, of the countries that lists and billing systems name most; others stay unknown."""


def country_code(text: str) -> str:
    """The code of a country by its code or name; empty where it is not known."""
    written = text.strip()
    if len(written) == 2 and written.isascii() and written.isalpha():
        code = {"UK": "GB", "EL": "GR"}.get(written.upper(), written.upper())
        return code if code in _codes() else ""
    key = _key(written)
    return _names().get(key, "") or _ALPHA_3.get(key, "")


def _key(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    return _BETWEEN.sub("", apart)


@cache
def _names() -> dict[str, str]:
    return {_key(name): code for code, names in _rows() for name in names}


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code, _ in _rows())


def _rows() -> list[tuple[str, list[str]]]:
    text = files("stillwatch.screening").joinpath("countries.txt").read_text("utf-8")
    lines = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return [(code, names.split("|")) for code, names in lines]
