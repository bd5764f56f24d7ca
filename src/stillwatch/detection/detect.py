"""One detection over a window, from the scene to everything that a scan tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stillwatch.core.campaign import Basis
from stillwatch.detection.campaigns import find_campaigns
from stillwatch.detection.confidence import NONE_JUDGED, Judged
from stillwatch.detection.early_warnings import early_warnings
from stillwatch.detection.findings import Findings, findings
from stillwatch.detection.judgement import claim_p_value
from stillwatch.detection.link import askable_links
from stillwatch.detection.one_blas_thread import one_blas_thread
from stillwatch.detection.set_use import sets_taken

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from stillwatch.core.campaign import Campaign
    from stillwatch.core.early_warning import EarlyWarning
    from stillwatch.detection.campaigns import Found
    from stillwatch.detection.distinct import Accepted
    from stillwatch.detection.link import Link
    from stillwatch.detection.precursor import Precursor
    from stillwatch.detection.scene import Scene
    from stillwatch.detection.signal import Signal
    from stillwatch.detection.spread_group_tests import Workers
    from stillwatch.logs.window import Window
    from stillwatch.logs.window_rows import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    links: tuple[Link, ...]
    signals: tuple[Signal, ...]
    precursors: tuple[Precursor, ...]
    fdr: float
    authorised: npt.NDArray[np.bool_]
    """Accounts of the ledger, shape (accounts,)."""
    judged: Judged = NONE_JUDGED


class Detected(NamedTuple):
    findings: Findings
    early_warnings: tuple[EarlyWarning, ...] = ()
    bases: tuple[Basis, ...] = ()


@one_blas_thread()
def detect(  # noqa: PLR0913  # who and what it is told by
    window: Window,
    scene: Scene,
    search: Search,
    *,
    redact: Callable[[str], str],
    progress: Callable[[str, int, int], None],
    workers: Workers | None = None,
) -> Detected:
    """Find campaigns, the public sets that they and the groups set aside took, and what may come before a campaign.

    `workers` test groups where there is much to test; None = this process does.
    """
    found = find_campaigns(
        window,
        scene,
        links=search.links,
        signals=search.signals,
        fdr=search.fdr,
        authorised=search.authorised,
        progress=progress,
        workers=workers,
    )
    made = findings(window, scene, found, redact, search.judged)
    progress("early warnings", 0, 0)
    return Detected(
        _with_sets(scene, found, made),
        early_warnings(window, scene, found, search.precursors, authorised=search.authorised, redact=redact),
        tuple(
            _basis(scene, one, told, found, search) for one, told in zip(found.accepted, made.campaigns, strict=True)
        ),
    )


def _with_sets(scene: Scene, found: Found, made: Findings) -> Findings:
    campaigns = tuple(
        replace(told, sets=sets_taken(scene, one.judgement.suspects.accounts))
        for one, told in zip(found.accepted, made.campaigns, strict=True)
    )
    set_aside = tuple(
        replace(told, sets=sets_taken(scene, one.judgement.suspects.accounts))
        for one, told in zip(found.declined, made.set_aside, strict=True)
    )
    return made._replace(campaigns=campaigns, set_aside=set_aside)


def _basis(scene: Scene, one: Accepted, told: Campaign, found: Found, search: Search) -> Basis:
    suspects = one.judgement.suspects
    keys = np.unique(suspects.events.keys)
    # A group remembers its keys alone; the key table, in order of key, knows their kinds.
    place = np.minimum(np.searchsorted(scene.shares.key, keys), max(0, len(scene.shares.key) - 1))
    known = scene.shares.key[place] == keys if len(scene.shares.key) else np.zeros(len(keys), np.bool_)
    return Basis(
        campaign_id=told.id,
        origin=suspects.origin,
        kinds=tuple(scene.shares.kind[place[known]].tolist()) if known.any() else (),
        keys=tuple(keys[known].tolist()),
        p_value=one.judgement.p_value,
        judged=found.judged,
        chosen_from=suspects.chosen_from,
        params_key=_only_value(suspects.events["params_key"]),
        client_key=_only_value(suspects.events["client_key"]),
        is_experimental=_falls_without_experiments(scene, one, found, search),
    )


def _falls_without_experiments(scene: Scene, one: Accepted, found: Found, search: Search) -> bool:
    """Whether stable links alone would not have carried the claim, while all of them do."""
    asked = askable_links(scene, search.links)
    stable = tuple(link for link in asked if link.status == "stable")
    with_all, without = (
        claim_p_value(one.judgement.evidence, heard, one.judgement.suspects.size) for heard in (asked, stable)
    )
    return without > max(with_all, search.fdr / max(1, found.judged))


def _only_value(values: Ints) -> int:
    """The value that all of them show; 0 = there is no such value."""
    return int(values[0]) if len(values) and (values == values[0]).all() else 0
