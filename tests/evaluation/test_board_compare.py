from stillwatch.evaluation.board_compare import fallen

GOOD = {"recall": 1.0, "precision": 1.0, "found": 2, "innocents_accused": 0, "false_campaigns": 0}


def test_better_and_about_the_same_pass():
    assert fallen(GOOD | {"recall": 0.9}, GOOD) == ()
    assert fallen(GOOD, GOOD | {"recall": 0.985, "innocents_accused": 1}) == ()


def test_worse_is_named():
    fresh = GOOD | {"recall": 0.5, "found": 1, "innocents_accused": 4}
    assert fallen(GOOD, fresh) == (
        "recall fell from 1 to 0.5, more than 0.02",
        "found fell from 2 to 1, more than 0",
        "innocents_accused rose from 0 to 4, more than 1",
    )
