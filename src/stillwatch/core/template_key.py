"""A key made of a campaign's prompts that hardly anybody else sends: the campaign's trace in a request."""

from __future__ import annotations

from typing import NamedTuple


class TemplateKey(NamedTuple):
    kind: int
    """`core.key_kind.KeyKind`."""
    key: int
    """Signed, 64 bits, made under a store's salt."""
    share: float
    """Of the requests that carry it, how many are the members', 0..1; see `service.read_ties`."""
