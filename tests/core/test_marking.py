from itertools import product

from stillwatch.core.marking import Handling, Pap, Tlp, is_within, strictest


def test_of_two_markings_the_stricter_holds_whichever_comes_first() -> None:
    mild = Handling(tlp=Tlp.GREEN, pap=Pap.RED, permitted_use="a", may_resell=True)
    strict = Handling(tlp=Tlp.AMBER_STRICT, pap=Pap.GREEN, permitted_use="b", must_not_name_source=True)
    both = Handling(
        tlp=Tlp.AMBER_STRICT, pap=Pap.RED, permitted_use="a; b", must_not_name_source=True, may_resell=False
    )
    assert strictest(mild, strict) == both
    assert strictest(strict, mild) == Handling(
        tlp=both.tlp, pap=both.pap, permitted_use="b; a", must_not_name_source=True, may_resell=False
    )
    assert strictest(mild, mild) == mild


def test_what_is_red_goes_nowhere_but_where_red_may() -> None:
    order = [Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED]
    allowed = {(tlp, ceiling) for tlp, ceiling in product(Tlp, Tlp) if is_within(tlp, ceiling)}
    assert allowed == {(order[i], order[j]) for j in range(5) for i in range(j + 1)}
