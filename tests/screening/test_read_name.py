from __future__ import annotations

import time

import pytest

from stillwatch.core.listed_entity import EntityType
from stillwatch.screening.read_name import MOST_WORDS, read_name

_PERSON, _COMPANY, _UNKNOWN = EntityType.PERSON, EntityType.ORGANISATION, EntityType.UNKNOWN


@pytest.mark.parametrize(
    ("text", "entity_type", "keys", "forms", "is_company"),
    [
        ("QUILL, Dr. Ada Mary", _PERSON, "ada mary quill", (), False),
        ("Prof. Ada Quill", _UNKNOWN, "ada quill", (), False),
        ("A.D. Quill", _UNKNOWN, "a d quill", (), False),
        ("Foo S.A. de C.V.", _UNKNOWN, "foo", ("stock",), True),
        ("Quill Works, and any successor, sub-unit, or subsidiary thereof", _COMPANY, "quill #plant", (), True),
        ("Quill Co., Ltd.", _UNKNOWN, "quill", ("limited",), True),
        ("Quill Tradnig Limited Liabilty Company", _COMPANY, "quill #trade", ("limited",), True),
        ("Quill Trading", _UNKNOWN, "quill #trade", (), True),
        ("محمد الراشد", _PERSON, "mhmd al rashd", (), False),
        ("張偉", _PERSON, "zhang wei", (), False),
        ("张 伟", _UNKNOWN, "zhang wei", (), False),
        ("北方貿易有限公司", _COMPANY, "beifang #trade", ("limited",), True),
        ("ABC科技有限公司", _UNKNOWN, "abc #technology", ("limited",), True),
        ("EMMA LLC", _PERSON, "emma llc", (), False),
        ("MV Blue Heron", EntityType.VESSEL, "blue heron", (), False),
        ("Pan Sheikh", _PERSON, "pan sheikh", (), False),
        ("Bank, Marine", _PERSON, "marine bank", (), False),
        ("-0-", _UNKNOWN, "0", (), False),
        ("", _UNKNOWN, "", (), False),
        ("…", _UNKNOWN, "", (), False),
    ],
)
def test_names_are_read(
    text: str, entity_type: EntityType, keys: str, forms: tuple[str, ...], *, is_company: bool
) -> None:
    read = read_name(text, entity_type)
    assert (" ".join(read.keys), read.forms, read.is_company) == (keys, forms, is_company)


@pytest.mark.parametrize(
    "hostile",
    [
        "a " * 100_000,
        "中" * 100_000,
        "l.l.c. " * 10_000,
        "ﷺ" * 50_000,
        "a" * 100_000,
        "and any " * 20_000,
        "x,,," * 9_999,
    ],
)
def test_a_hostile_name_is_read_in_bounded_time(hostile: str) -> None:
    read_name("warm up")
    started = time.process_time()
    read = read_name(hostile)
    assert time.process_time() - started < 0.2
    assert len(read.words) <= MOST_WORDS
