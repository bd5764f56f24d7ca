from __future__ import annotations

from stillwatch.faces.gateway.label_metrics import label_metrics

HISTOGRAM = """# HELP s Seconds.
# TYPE s histogram
s_bucket{le="1"} 2
s_bucket{le="+Inf"} 3
s_sum 4.5
s_count 3
# HELP up Up.
# TYPE up gauge
up{what="a b{c}"} 1
"""


def test_families_stay_together_and_each_sample_says_whose_it_is() -> None:
    found = label_metrics({0: HISTOGRAM, 3: HISTOGRAM}).splitlines()
    assert found == [
        "# HELP s Seconds.",
        "# TYPE s histogram",
        's_bucket{worker="0",le="1"} 2',
        's_bucket{worker="0",le="+Inf"} 3',
        's_sum{worker="0"} 4.5',
        's_count{worker="0"} 3',
        's_bucket{worker="3",le="1"} 2',
        's_bucket{worker="3",le="+Inf"} 3',
        's_sum{worker="3"} 4.5',
        's_count{worker="3"} 3',
        "# HELP up Up.",
        "# TYPE up gauge",
        'up{worker="0",what="a b{c}"} 1',
        'up{worker="3",what="a b{c}"} 1',
    ]


def test_a_worker_that_says_nothing_yet_is_left_out() -> None:
    assert label_metrics({0: "", 1: "# TYPE m counter\nm 1\n"}) == '# TYPE m counter\nm{worker="1"} 1\n'
