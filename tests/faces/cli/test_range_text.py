from stillwatch.evaluation.exposure import Exposure
from stillwatch.evaluation.intervals import over_seeds, share_of
from stillwatch.evaluation.leaks import Leak, Suite
from stillwatch.evaluation.reliability import reliability
from stillwatch.evaluation.summary import Summary
from stillwatch.faces.cli.range_text import exposure_lines, leak_lines, scored_lines
from stillwatch.service.range_score import Scored

SUMMARY = Summary(
    seeds=2, fleet=30.0, recall=over_seeds([0.5, 1.0]), precision=over_seeds([1.0, 1.0]),
    campaigns_found=over_seeds([None]),
    operators_separated=over_seeds([1.0]), innocents_per_million=over_seeds([0.0, 2000.0]), purity=over_seeds([1.0]),
    v_measure=over_seeds([1.0]), false_share=over_seeds([0.0]), stated_fdr=0.01, twins_accused={"classroom": 2},
    benign_accused={}, false_logs=share_of(0, 2), reliability=reliability([(0.9, True), (0.8, False)]),
)  # fmt: skip


def test_several_seeds_have_intervals():
    told = "\n".join(scored_lines(Scored((None, None), SUMMARY)))
    assert "recall of accounts           0.750  0.500 to 1.000" in told
    assert "campaigns found          none" in told
    assert "twins accused            classroom 2" in told
    assert "logs with a false one        0.000  0.000 to 0.842" in told
    assert "Brier score of members       0.325" in told
    assert "promised at most         0.01 false discoveries" in told


def test_exposure_in_words():
    told = list(exposure_lines([Exposure("fleet", "op", 48.0, 0.1, 0.125), Exposure("other", "op", None, 1.0, 1.0)]))
    assert told[0].startswith("fleet: flagged after 48 hours; by then 10.0% of its exchanges and 12.5%")
    assert told[1] == "other: never flagged; all was taken"


def test_a_refused_suite_says_why():
    suite = Suite(
        campaign="fleet", twins=("course",), campaign_accounts=30, twin_accounts=8, is_matched=False, is_refused=True,
        leaks=(Leak(baseline="content", auc=0.9, low=0.8, high=1.0),), because="content alone tells them apart",
    )  # fmt: skip
    assert list(leak_lines([suite])) == [
        "fleet beside course (single twin, 8 accounts)",
        "  AUC content 0.90",
        "  REFUSED: content alone tells them apart",
    ]
