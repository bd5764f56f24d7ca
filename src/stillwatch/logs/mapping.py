from typing import Any
from dataclasses import dataclass

from stillwatch.logs.format import Format


@dataclass(frozen=True)
class FieldMapping:
    pass


def mapping_format(mapping: FieldMapping) -> Format:
    raise NotImplementedError


def propose_mapping(records: list[Any]) -> str:
    return ""
