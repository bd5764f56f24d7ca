from pathlib import Path

import pytest

from stillwatch.core.errors import InputError
from stillwatch.evaluation.library import find_scenario, list_scenarios, needs_corpora


def test_every_scenario_says_what_it_is_and_what_it_covers():
    listed = list_scenarios()
    assert len(listed) > 30
    assert all(one.about and one.covers for one in listed)


def test_a_scenario_by_name_and_by_path(tmp_path):
    named = find_scenario("rate_026")
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[[population]]\nname = "people"\nkind = "chat_people"\n')
    assert (named.name, find_scenario(str(path)).name) == ("rate_026", "mine")
    assert (needs_corpora(named), needs_corpora(find_scenario("judged"))) == (False, True)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(InputError, match="rate_026"):
        find_scenario(str(Path("rate_999")))
