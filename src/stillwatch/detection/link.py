"""What a link is: a kind of tie between accounts, with its null model. One file of `detection/links` each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.core.campaign import Evidence, Family
    from stillwatch.detection.case import Case
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.logs.window_rows import Ints

Status = Literal["stable", "experimental"]
Axis = Literal["program", "hand"]
"""`program`: the accounts run the same software or text, as all users of a popular tool do. `hand`: one operator moves
them. A campaign needs the second; the first alone never suffices."""


class Hub(NamedTuple):
    """Accounts (m,) that share something surprising, and how often each of them does (m,)."""

    accounts: Ints
    exchanges: Ints
    kinds: Ints
    """With `keys` (k,): the entries of the key table that make up the hub; empty where the tie is no key."""
    keys: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    name: str
    """Equals the file name."""
    family: Family
    axis: Axis
    status: Status
    reads: tuple[str, ...]
    """Columns or account fields it needs; a log without them gives no evidence of this kind, and the report says so."""
    test: Callable[[Scene, Suspects], Evidence | None]
    """Evidence that the group is tied in this way, under the link's null model; None = nothing to say."""
    cases: tuple[Case, ...]
    """At least one that fires (evidence with p ≤ 0.01) and one near miss that stays quiet."""
    after: str = ""
    """Name of a link whose evidence must be at least suggestive before this, costlier one is asked."""
    askable: Callable[[Scene], bool] | None = None
    """Whether the log holds anything for this link to look at, whatever the group; None = always. A link that is not
    asked does not count as tried."""
    propose: Callable[[Scene], list[Hub]] | None = None
    """Groups worth testing because of this tie alone; None = the link only tests what others propose."""


def askable_links(scene: Scene, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """The links that have something to look at in this log."""
    return tuple(link for link in links if link.askable is None or link.askable(scene))
