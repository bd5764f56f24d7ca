import sys

import pytest

from stillwatch.core.errors import InputError, SettingsError
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


EVERYBODY = """
import csv, json, pathlib, sys
accounts, out = sys.argv[1:]
names = [row["account_id"] for row in csv.DictReader(open(accounts))]
members = [{"account_id": name, "standing": "operator"} for name in names]
found = [{"id": "c", "verdict": "campaign", "members": members}]
text = json.dumps({"schema": "stillwatch.campaigns/1", "run": {}, "campaigns": found})
pathlib.Path(out, "campaigns.json").write_text(text)
"""


def test_exposure_under_another_detector(small_sample, tmp_path):
    """One that accuses everybody has never found a campaign: its group is not mostly the campaign's."""
    (tmp_path / "mine.py").write_text(EVERYBODY)
    command = f"{sys.executable} {tmp_path / 'mine.py'} {{accounts}} {{out}}"
    with pytest.raises(SettingsError, match="log"):
        range_exposure(small_sample.truth_path.parent, tmp_path, detector=command)
    (tmp_path / "mine.py").write_text(EVERYBODY.replace("accounts, out =", "_, accounts, out ="))
    command = f"{sys.executable} {tmp_path / 'mine.py'} {{log}} {{accounts}} {{out}}"
    (found,) = range_exposure(small_sample.truth_path.parent, tmp_path, step_h=24 * 5, detector=command)
    assert (found.flagged_after_h, found.exchanges_share, found.tokens_share) == (None, 1.0, 1.0)
