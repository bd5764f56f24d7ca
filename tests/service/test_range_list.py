from stillwatch.service.range_list import range_list


def test_the_list_tells_what_each_scenario_is():
    listed = {one.name: one for one in range_list()}
    assert listed["rate_282"].covers == "rate of campaign H: 282 a day"
    assert "classroom" in listed["rate_282"].twins
    assert (listed["judged"].needs_corpora, listed["rate_282"].needs_corpora) == (True, False)
