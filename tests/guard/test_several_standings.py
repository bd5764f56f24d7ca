"""Several tables answer as one table of all their rows would."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from guard_rows import AT, NOW, asked, row
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.guard.build_standings import build
from stillwatch.guard.several_standings import SeveralStandings, joined
from stillwatch.guard.standings import Standings

_ROWS = st.lists(
    st.builds(
        lambda name, value, subject, minutes: row(
            value, name, subject=f"c-{subject}", expires_at=NOW + timedelta(minutes=minutes)
        ),
        st.sampled_from([KeyName.ACCOUNT, KeyName.ADDRESS, KeyName.TEMPLATE]),
        st.sampled_from("12345"),
        st.integers(0, 3),
        st.integers(-1, 2),
    ),
    max_size=12,
)
_FACTS = st.builds(
    lambda account, address, key: RequestFacts("r", AT, account_id=account, client_address=address, templates=key),
    st.sampled_from("12345"),
    st.sampled_from("12345"),
    st.sampled_from([(), ((0, 1),), ((0, 5), (0, 2))]),
)


def table(*rows: KeyStanding, **other: int) -> Standings:
    return Standings(build(rows, **{"seed": 1} | other))


@given(st.lists(_ROWS, min_size=2, max_size=4), _FACTS)
def test_equal_to_one_table_of_all_rows(parts: list[list[KeyStanding]], facts: RequestFacts) -> None:
    one = table(*(found for part in parts for found in part))
    several = joined([table(*part, seed=seed) for seed, part in enumerate(parts)])
    assert several.rows == one.rows
    assert several.template_kinds == one.template_kinds
    assert sorted((hit.name, several.known(hit.row)) for hit in several.hits(facts)) == sorted(
        (hit.name, one.known(hit.row)) for hit in one.hits(facts)
    )
    for name in (KeyName.ACCOUNT, KeyName.ADDRESS):
        assert several.has(name, "1", at=AT) is one.has(name, "1", at=AT)


def test_a_single_table_is_asked_as_it_is() -> None:
    alone = table(row())
    assert joined([alone]) is alone


def test_a_flood_of_rows_in_one_table_hides_none_of_another() -> None:
    flood = table(*(row(subject=f"c-{number}") for number in range(100)))
    both = joined([flood, table(row(subject="mine", role=Role.EXEMPT))])
    assert "mine" in {both.known(hit.row).subject for hit in both.hits(asked())}


def test_keys_of_prompts_are_made_under_the_salt_of_the_first_table_that_holds_any() -> None:
    key = row("7", KeyName.TEMPLATE, kind=4)
    other = row("7", KeyName.TEMPLATE, kind=2)
    several = SeveralStandings([table(row(), salt=1), table(key, salt=2), table(other, salt=3)])
    assert (several.salt, several.template_kinds, several.other_salts) == (2, frozenset({4}), 1)
    assert SeveralStandings([table(row(), salt=1), table(row(), salt=2)]).other_salts == 0
