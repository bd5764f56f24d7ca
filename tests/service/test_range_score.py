import pytest

from stillwatch.core.errors import InputError
from stillwatch.service.range_score import Answer, range_exposure, range_score
from stillwatch.service.write_result import write_result


def test_a_scan_is_scored(small_sample, small_scan, tmp_path):
    campaigns = write_result(small_scan.result, tmp_path).campaigns
    scored = range_score([Answer(small_sample.truth_path, campaigns)] * 2)
    assert (len(scored.scores), scored.summary.seeds, scored.summary.stated_fdr) == (2, 2, 0.01)
    assert scored.scores[0].reported == len([one for one in small_scan.result.campaigns if one.verdict == "campaign"])


def test_nothing_to_score():
    with pytest.raises(InputError, match="nothing to score"):
        range_score([])


def test_exposure_replays_the_log(small_sample, tmp_path):
    folder = small_sample.truth_path.parent
    found = range_exposure(folder, tmp_path / "store", step_h=24 * 5)
    assert [one.name for one in found]
    assert all(0 <= one.tokens_share <= 1 for one in found)
