"""From accepted groups to the values that a scan gives: campaigns, groups set aside, pictures."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.core.campaign import Campaign, Evidence, Picture, SetAside, TwinConsidered, Verdict
from stillwatch.detection.capabilities import taken_from
from stillwatch.detection.confidence import NONE_JUDGED, Judged, campaign_confidence
from stillwatch.detection.core_group import PROGRAM_COLUMNS, most_shown
from stillwatch.detection.membership import members_of
from stillwatch.detection.picture import draw, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stillwatch.core.authorised import Authorised
    from stillwatch.detection.campaigns import Found
    from stillwatch.detection.distinct import Accepted, Declined
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.logs.window import Window
    from stillwatch.logs.window_rows import Ints

_SHOWN_P: Final = 0.05
_MOST_EXCERPTS: Final = 4000

Names = npt.NDArray[np.object_]


class Findings(NamedTuple):
    campaigns: tuple[Campaign, ...]
    set_aside: tuple[SetAside, ...]
    pictures: tuple[Picture, ...]


def authorised_accounts(ledger: Sequence[Authorised], names: Names, start: int, end: int) -> npt.NDArray[np.bool_]:
    """Which accounts, shape (n,), an entry of the ledger covers at some time of the log."""
    valid = {
        account
        for entry in ledger
        if (entry.valid_from is None or entry.valid_from <= end)
        and (entry.valid_until is None or entry.valid_until > start)
        for account in entry.account_ids
    }
    return np.array([name in valid for name in names], dtype=np.bool_)


def findings(
    window: Window, scene: Scene, found: Found, redact: Callable[[str], str], judged: Judged = NONE_JUDGED
) -> Findings:
    """Say it all: members by name, evidence, twins considered, pictures; `judged` bounds how sure it is."""
    names = window.names()
    asked = [_sampled(one.judgement.suspects.events["exchange_no"]) for one in found.accepted]
    excerpts = window.excerpts(asked) if asked else []
    campaigns: list[Campaign] = []
    pictures: list[Picture] = []
    for one, texts in zip(found.accepted, excerpts, strict=True):
        suspects = one.judgement.suspects
        mine = [str(name) for name in names[suspects.accounts]]
        campaign = _campaign(scene, one, mine, judged, _name(suspects, mine, {told.id for told in campaigns}))
        campaigns.append(campaign)
        pictures.append(draw(scene, suspects, campaign.id, mine, texts, redact))
    return Findings(tuple(campaigns), tuple(_set_aside(one, names) for one in found.declined), tuple(pictures))


def _sampled(numbers: Ints) -> Ints:
    step = max(1, len(numbers) // _MOST_EXCERPTS)
    return numbers[::step]


def _name(suspects: Suspects, names: list[str], taken: set[str]) -> str:
    """An id by the members; a second campaign of the same members, as in a rented pool, is told by its program too."""
    said = "\n".join(sorted(names))
    if _id(said) in taken:
        said += "".join(f"\n{most_shown(suspects.events[column]).value}" for column in PROGRAM_COLUMNS)
    return _id(said)


def _id(said: str) -> str:
    return "c-" + hashlib.sha256(said.encode()).hexdigest()[:12]


def _campaign(scene: Scene, one: Accepted, names: list[str], judged: Judged, name: str) -> Campaign:
    judgement, suspects = one.judgement, one.judgement.suspects
    times = suspects.events["started_at"]
    confidence = round(campaign_confidence(one.q_value, judged), 3)
    return Campaign(
        id=name,
        verdict=Verdict.REVIEW if one.is_review else Verdict.CAMPAIGN,
        q_value=one.q_value,
        confidence=confidence,
        exchanges=suspects.exchanges,
        accounts=suspects.size,
        first_seen=moment(int(times.min())),
        last_seen=moment(int(times.max())),
        roles=tuple(dict.fromkeys(finding.role for finding in judgement.findings)),
        capabilities=tuple(taken.capability for taken in taken_from(suspects)),
        evidence=_shown_evidence(one),
        members=members_of(scene, suspects, confidence, names),
        twins_considered=tuple(
            TwinConsidered(twin=name, why_not=fit.because) for name, fit in judgement.twins if not fit.fits
        ),
    )


def _shown_evidence(one: Accepted) -> tuple[Evidence, ...]:
    ties = tuple(evidence for evidence in one.judgement.evidence if evidence.p_value <= _SHOWN_P)
    return ties + tuple(finding.evidence for finding in one.judgement.findings)


def _set_aside(one: Declined, names: Names) -> SetAside:
    suspects = one.judgement.suspects
    return SetAside(
        twin=one.twin,
        because=one.because,
        accounts=tuple(str(name) for name in names[suspects.accounts]),
        exchanges=suspects.exchanges,
    )
