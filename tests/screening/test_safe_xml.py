"""XML that would hurt: entity bombs, files named as entities, depth without end."""

from __future__ import annotations

import time

import pytest

from stillwatch.core.errors import InputError
from stillwatch.screening.safe_xml import plain, records

_BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b0 "ha">%s]><a><b>&b9;</b></a>""" % b"".join(
    b'<!ENTITY b%d "%s">' % (level, b"&b%d;" % (level - 1) * 10) for level in range(1, 10)
)


@pytest.mark.parametrize(
    "data",
    [
        _BOMB,
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a><b>&x;</b></a>',
        b'<!DOCTYPE a SYSTEM "https://example.org/a.dtd"><a><b/></a>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a><b/></a>'.encode("utf-16"),
    ],
    ids=["bomb", "file", "address", "utf-16"],
)
def test_a_document_type_is_refused_before_anything_is_read(data: bytes) -> None:
    with pytest.raises(InputError, match="document type"):
        list(records(data, {"b"}, "a.xml"))


def test_depth_without_end_is_refused() -> None:
    deep = b"<b>" * 200_000 + b"</b>" * 200_000
    started = time.process_time()
    with pytest.raises(InputError, match="too deeply"):
        list(records(b"<a>" + deep + b"</a>", {"a"}, "a.xml"))
    assert list(records(b"<a>" + deep + b"</a>", {"c"}, "a.xml")) == []
    assert time.process_time() - started < 4


@pytest.mark.parametrize("data", [b"", b"<a><b></a>", b"<a><b/>", b"no", b"<a>&x;</a>"])
def test_what_is_no_xml_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="no XML"):
        list(records(data, {"b"}, "a.xml"))


def test_records_come_in_order_without_namespaces_and_whole() -> None:
    data = b"<a xmlns='urn:x'><b><c>1</c></b><d><b><c>2</c></b></d></a>"
    assert [record.findtext("c") for record in records(data, {"b"}, "a.xml")] == ["1", "2"]


def test_a_record_inside_another_comes_first() -> None:
    assert [record.get("n") for record in records(b"<a><b n='1'><b n='2'/></b></a>", {"b"}, "a.xml")] == ["2", "1"]


def test_a_record_is_kept_whole() -> None:
    record = next(records(b"<a xmlns='urn:x'><b n='1'> t <c>u</c> </b></a>", {"b"}, "a.xml"))
    assert plain(record) == ["b", {"n": "1"}, "t", [["c", {}, "u", []]]]
