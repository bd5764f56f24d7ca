"""Count campaigns that people have judged in appeals, for the confidence that a scan states.

judged = judged_campaigns(Path("/var/lib/stillwatch/calibration.jsonl"))
judged.campaigns, judged.false
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from stillwatch.detection.confidence import Judged
from stillwatch.service.calibration_record import is_no_campaign, read_judged

if TYPE_CHECKING:
    from pathlib import Path


def judged_campaigns(path: Path) -> Judged:
    """Of each campaign that somebody was denied for, the verdict of its judged members; a missing file holds none.

    Raises:
        InputError: A line is not one of ours.
    """
    if not path.exists():
        return Judged()
    upheld, overturned = Counter[str](), Counter[str]()
    for one in read_judged(path):
        if one.subject:
            (upheld if one.is_guilty else overturned)[one.subject] += 1
    subjects = upheld.keys() | overturned.keys()
    return Judged(len(subjects), sum(is_no_campaign(upheld[one], overturned[one]) for one in subjects))
