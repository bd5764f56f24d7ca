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

    Raises:
        InputError: It is no XML, has a document type, or is nested deeper than any list.
    """
    _refuse_document_type(data, where)
    walk = _Walk(wanted, where)
    parser: XMLPullParser[Any] = XMLPullParser(("start", "end"))
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
            for happened, element in cast("Iterable[tuple[str, Element]]", parser.read_events()):
                if happened == "start":
                    walk.enter(element)
                elif walk.leave(element):
                    yield _without_namespaces(element)
                    element.clear()
        parser.close()
    except ParseError as error:
        raise InputError(f"no XML: {error}", where=where, mend="fetch the list again") from error


class _Walk:
    """Where in the file the parser is; empties what nobody wants, so that a list costs the memory of a record."""

    def __init__(self, wanted: AbstractSet[str], where: str) -> None:
        self._wanted, self._where = wanted, where
        self._depth = self._inside = 0

    def enter(self, element: Element) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InputError("nested too deeply", where=self._where, mend="this is no list")
        self._inside += local_name(element) in self._wanted

    def leave(self, element: Element) -> bool:
        """Whether a wanted element is whole."""
        self._depth -= 1
        if local_name(element) in self._wanted:
            self._inside -= 1
            return not self._inside
        if not self._inside:
            element.clear()
        return False


def local_name(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _without_namespaces(element: Element) -> Element:
    for one in element.iter():
        one.tag = local_name(one)
    return element


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
