"""An element of a list in XML, from its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stillwatch.screening.safe_xml import records

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def element(text: str) -> Element:
    tag = re.match(r"<(\w+)", text)[1]
    return next(records(text.encode(), {tag}, "test"))
