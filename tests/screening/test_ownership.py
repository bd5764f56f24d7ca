"""Rules of ownership judged: the cases that OFAC's guidance explains, circles, unknowns, dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.core.holding import Holding
from stillwatch.core.ownership import Counted, OwnershipFinding, OwnershipRule, OwnershipVerdict
from stillwatch.screening.ownership import judge
from stillwatch.screening.ownership_graph import Listing, OwnershipGraph

_DAY = date(2026, 11, 22)
_OWNED, _FLAG, _UNKNOWN, _CLEAR = OwnershipVerdict


def rule(counted: Counted = Counted.CASCADE, **more: object) -> OwnershipRule:
    return OwnershipRule(
        id="r",
        name="Example Rule",
        threshold=0.5,
        counted=counted,
        effective_from=date(2014, 8, 13),
        source="https://example.org",
        reviewer="Ada Kern",
        **more,
    )


def judged(held: str, by: OwnershipRule | None = None, *, candidates: str = "", persons: str = "P") -> OwnershipFinding:
    """`X>a .6` says that X holds 60 % of a; capitals but P are listed."""
    holdings = []
    for one in filter(None, held.split(",")):
        pair, share = one.split()
        owner, owned = pair.split(">")
        holdings.append(Holding(owner=owner, owned=owned, share=None if share == "?" else float(share)))
    keys = {key for one in holdings for key in (one.owner, one.owned) if key.isupper() and key != "P"}
    listed = {key: Listing(frozenset(("SDN",)), key in candidates) for key in keys}
    graph = OwnershipGraph.on(_DAY, holdings, listed=listed, persons=frozenset(persons))
    return judge("t", graph, by or rule(), _DAY)


@pytest.mark.parametrize(
    ("held", "verdict", "share"),
    [
        ("X>t .5", _OWNED, 0.5),
        ("X>t .25,Y>t .25", _OWNED, 0.5),
        ("X>t .1,Y>t .4", _OWNED, 0.5),
        ("X>a .5,a>t .5", _OWNED, 0.5),
        ("X>a .5,a>t .1,P>t .9", _CLEAR, 0.1),
        ("X>a .25,X>b .25,P>a .75,P>b .75,a>t .5,b>t .5", _CLEAR, 0.0),
        ("X>a .5,X>b .1,P>b .9,a>t .5,b>t .5", _OWNED, 0.5),
        ("X>t .49,P>t .51", _CLEAR, 0.49),
        ("X>t .49", _UNKNOWN, 0.49),
        ("", _UNKNOWN, 0.0),
        ("a>t 1", _UNKNOWN, 0.0),
        ("P>t 1", _CLEAR, 0.0),
        ("X>t ?,P>t .4", _FLAG, 0.0),
        ("X>t ?,Y>t .6", _OWNED, 0.6),
    ],
)
def test_listed_owners_count_together_and_those_whom_they_own_count_in_full(
    held: str, verdict: OwnershipVerdict, share: float
) -> None:
    found = judged(held)
    assert (found.verdict, found.share) == (verdict, pytest.approx(share))


@pytest.mark.parametrize(
    ("held", "verdict", "share"),
    [
        ("X>a .5,a>t .5", _UNKNOWN, 0.25),
        ("X>a .8,a>t .8", _OWNED, 0.64),
        ("X>a .6,X>b .6,a>t .5,b>t .5", _OWNED, 0.6),
        ("X>a .5,P>a .5,a>t .6,P>t .4", _CLEAR, 0.3),
    ],
)
def test_shares_may_be_multiplied_along_chains_and_added_over_them(
    held: str, verdict: OwnershipVerdict, share: float
) -> None:
    found = judged(held, rule(Counted.PRODUCT))
    assert (found.verdict, found.share) == (verdict, pytest.approx(share))


@pytest.mark.parametrize("counted", Counted)
def test_circles_end_and_what_goes_round_in_them_is_counted_once(counted: Counted) -> None:
    found = judged("a>t .9,t>a .4,X>a .6", rule(counted))
    assert found.verdict is _OWNED
    assert found.share == pytest.approx(0.9 if counted is Counted.CASCADE else 0.9 * 0.6 / (1 - 0.36), abs=1e-6)
    assert [[step.owner for step in path] for path in found.paths] == [["a", "X"]]


def test_a_circle_that_owns_itself_is_nobodys() -> None:
    assert judged("a>t 1,t>a 1").verdict is _CLEAR


def test_a_minority_is_a_red_flag_where_the_rule_says_so() -> None:
    held = "X>t .3,P>t .7"
    assert judged(held).verdict is _CLEAR
    found = judged(held, rule(minority=0.25))
    assert found.verdict is _FLAG
    assert found.because == "listed parties hold 30.0% of t, below the 50% of Example Rule: 30.0% by X"


def test_only_the_lists_of_the_rule_count() -> None:
    assert judged("X>t .6,P>t .4", rule(lists=("EL",)), persons="PX").verdict is _CLEAR
    assert judged("X>t .6,P>t .4", rule(lists=("EL", "SDN"))).verdict is _OWNED


def test_what_rests_on_a_match_that_nobody_has_reviewed_says_so() -> None:
    assert judged("X>t .6", candidates="X").rests_on_candidates
    assert not judged("X>t .6").rests_on_candidates
    assert judged("X>t .3,Y>t .3", candidates="Y").rests_on_candidates


def test_the_chain_is_told() -> None:
    found = judged("X>a .55,a>t .62")
    assert found.because == (
        "listed parties hold 62.0% of t, and Example Rule holds from 50% on: 62.0% by a, itself held 55.0% by X"
    )


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.one_of(st.none(), st.floats(0, 1))), max_size=24),
    st.sampled_from(Counted),
)
def test_any_graph_is_judged_between_its_bounds(edges: list[tuple[int, int, float | None]], counted: Counted) -> None:
    held = [Holding(owner=str(owner), owned=str(owned), share=share) for owner, owned, share in edges if owner != owned]
    graph = OwnershipGraph.on(_DAY, held, listed={"0": Listing(frozenset(("SDN",)))})
    found = judge("7", graph, rule(counted), _DAY)
    assert 0 <= found.share <= found.most_share <= 1
    assert all(len({step.owner for step in path}) == len(path) for path in found.paths)
    assert (found.verdict is _OWNED) == (found.share + 1e-9 >= 0.5)
