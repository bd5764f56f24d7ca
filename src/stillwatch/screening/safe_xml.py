"""XML from strangers: no document type, so no entities that expand; streamed, so that only one record stands at a time.

>>> [record.get("n") for record in records(b"<a><b n='1'/><b n='2'/></a>", {"b"}, "a.xml")]
['1', '2']

Official lists have no document type. One that has is refused before anything in it is looked at: an entity bomb, or an
entity that names a file, needs one. It can stand before the first element alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast
from xml.etree.ElementTree import ParseError, XMLPullParser
from xml.parsers import expat

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from xml.etree.ElementTree import Element

_PIECE: Final = 1 << 20
_DEEPEST: Final = 64


def records(data: bytes, wanted: AbstractSet[str], where: str) -> Iterator[Element]:
    """Elements whose local name is wanted, in order, their names without namespaces; each is emptied after its turn.

    One inside another comes before it, and is empty then.

    Raises:
        InputError: It is no XML, has a document type, or a record is nested deeper than any list's.
    """
    _refuse_document_type(data, where)
    parser: XMLPullParser[Any] = XMLPullParser(("end",))
    names = _Names()
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
            for _, element in cast("Iterable[tuple[str, Element]]", parser.read_events()):
                if names[element.tag] in wanted:
                    yield _without_namespaces(element, names, where)
                    element.clear()
        parser.close()
    except ParseError as error:
        raise InputError(f"no XML: {error}", where=where, mend="fetch the list again") from error


def plain(record: Element) -> list[Any]:
    """The record lossless for JSON: name, attributes, text, children; space between elements is none of it."""
    text = record.text.strip() if record.text else ""
    return [record.tag, dict(record.attrib), text, [plain(child) for child in record]]


class _Names(dict[str, str]):
    """Name with its namespace → the name alone; a list has a hundred different ones."""

    def __missing__(self, tag: str) -> str:
        self[tag] = name = tag.rpartition("}")[2]
        return name


def _without_namespaces(record: Element, names: _Names, where: str) -> Element:
    """The record with plain names; by hand, since whoever walks into it later may do so by recursion."""
    level = [record]
    for _ in range(_DEEPEST):
        for one in level:
            one.tag = names[one.tag]
        level = [child for one in level for child in one]
        if not level:
            return record
    raise InputError("nested too deeply", where=where, mend="this is no list")


class _Stop(Exception):  # noqa: N818  # the first element is there: no document type can follow
    pass


def _refuse_document_type(data: bytes, where: str) -> None:
    def refuse(*_: object) -> None:
        raise InputError("the file has a document type", where=where, mend="no official list has one; do not use it")

    def stop(*_: object) -> None:
        raise _Stop

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = stop
    try:
        parser.Parse(data, True)  # noqa: FBT003  # the whole is there
    except _Stop:
        return
    except expat.ExpatError as error:
        raise InputError(f"no XML: {error}", where=where, mend="fetch the list again") from error
