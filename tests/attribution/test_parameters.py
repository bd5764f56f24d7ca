"""Parameters of a scheme."""

from __future__ import annotations

import pytest

from stillwatch.attribution.parameters import completed, one_of, read_settings, share, whole
from stillwatch.core.errors import InputError

DEFAULTS = {"context_width": 2, "gamma": 0.25, "seeding": "selfhash"}


def test_what_is_not_given_is_as_the_engine_has_it() -> None:
    assert completed({"gamma": 0.5}, DEFAULTS, "kgw") == {"context_width": 2, "gamma": 0.5, "seeding": "selfhash"}


def test_a_whole_number_serves_as_a_share() -> None:
    assert completed({"gamma": 1}, DEFAULTS, "kgw")["gamma"] == 1.0


@pytest.mark.parametrize(
    ("given", "named"),
    [({"gama": 0.5}, "gama"), ({"context_width": 2.0}, "context_width"), ({"context_width": True}, "context_width")],
    ids=["misspelt", "no whole number", "a flag"],
)
def test_what_is_unknown_or_of_another_type_is_named(given: dict[str, float], named: str) -> None:
    with pytest.raises(InputError, match=named):
        completed(given, DEFAULTS, "kgw")


def test_values_lie_within_their_bounds() -> None:
    assert whole(DEFAULTS, "context_width", least=1, most=2) == 2
    assert share(DEFAULTS, "gamma") == 0.25
    assert one_of(DEFAULTS, "seeding", ("lefthash", "selfhash")) == "selfhash"
    with pytest.raises(InputError, match="between 3 and 4"):
        whole(DEFAULTS, "context_width", least=3, most=4)
    with pytest.raises(InputError, match="strictly between"):
        share({"gamma": 1.0}, "gamma")
    with pytest.raises(InputError, match="one of lefthash"):
        one_of(DEFAULTS, "seeding", ("lefthash",))


def test_settings_keep_their_kinds() -> None:
    assert read_settings("a=1,b=0.5,c=x") == {"a": 1, "b": 0.5, "c": "x"}
