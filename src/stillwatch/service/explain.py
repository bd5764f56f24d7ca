"""Explain a campaign, or one account in it: what it rests on, and what would change the verdict.

told = explain(Path("out"), "c-1a2b3c", account_id=None, store=None)
[one.because for one in told.without]

Everything is asked of the store again, with the settings that the scan had; nothing of it is canned.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stillwatch.core.errors import InputError
from stillwatch.core.explanation import AskedLink, Explanation
from stillwatch.detection.core_group import PROGRAM_COLUMNS
from stillwatch.detection.counterfactuals import changes_of_group, changes_of_member, without_families
from stillwatch.detection.explain_group import compared, explained_evidence, twins_of
from stillwatch.detection.judgement import test_group
from stillwatch.detection.link import askable_links
from stillwatch.detection.one_blas_thread import one_blas_thread
from stillwatch.detection.scene import select, suspects_of
from stillwatch.detection.scenery import build_scene
from stillwatch.detection.set_use import sets_taken
from stillwatch.detection.shelves import links, signals
from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.as_of import known_at
from stillwatch.logs.corpora import fingerprints
from stillwatch.logs.hashing import hash_text
from stillwatch.logs.store import work_prefix
from stillwatch.logs.window import Window
from stillwatch.logs.window_rows import Group
from stillwatch.service.bases import Bases, read_bases
from stillwatch.service.find_campaign import find_campaign
from stillwatch.service.look import parts_of
from stillwatch.service.open_engine import open_engine
from stillwatch.service.settings import ON_DUCKDB
from stillwatch.service.shown import shared_keys, shown_exchanges
from stillwatch.service.store_info import open_existing

if TYPE_CHECKING:
    from stillwatch.core.campaign import Basis, Campaign
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.logs.store import Store
    from stillwatch.logs.window_rows import Ints
    from stillwatch.service.settings import EngineChoice, ScanSettings


def explain(
    out: Path, campaign_id: str, *, account_id: str | None, store: Path | None, engine: EngineChoice = ON_DUCKDB
) -> Explanation:
    """Explain a campaign of the result in `out`; `campaign_id` may be the beginning of an id.

    Raises:
        InputError: There is no such result, campaign or member, or the store no longer holds the members.
    """
    kept = read_bases(out, store)
    campaign = find_campaign(out, campaign_id)
    basis = next((one for one in kept.bases if one.campaign_id == campaign.id), None)
    if basis is None:
        raise InputError(f"nothing was kept of {campaign.id}", where=str(out), mend="scan again")
    opened = open_existing(kept.settings.store)
    accounts = read_accounts(kept.settings.accounts) if kept.settings.accounts else None
    table = known_at(accounts, kept.settings.until)
    part = _part_of(replace(kept.settings, engine=engine), opened, table, campaign)
    with TemporaryDirectory(dir=opened.root, prefix=work_prefix()) as spill:
        memory = kept.settings.memory_bytes
        window = Window.open(
            opened,
            open_engine(engine, spill=Path(spill), memory_bytes=memory),
            spill=Path(spill),
            memory_bytes=memory,
            since=kept.settings.since,
            until=kept.settings.until,
            part=part,
            keeps_summaries=True,
        )
        with closing(window):
            return _explanation(kept, opened, window, table, campaign, basis, account_id)


def _part_of(settings: ScanSettings, store: Store, table: pa.Table | None, campaign: Campaign) -> Ints | None:
    """The accounts that the scan looked at together with the campaign's, by their keys; None = all."""
    parts = parts_of(settings, store, table, lambda *_: None)
    if parts is None:
        return None
    members = hash_text(pa.array([one.account_id for one in campaign.members], pa.string()), store.settings.salt)
    return max(parts.keys, key=lambda part: int(np.isin(members, part).sum()))


@one_blas_thread()
def _explanation(  # noqa: PLR0913, PLR0917  # the end of `explain`, which holds all of these open
    kept: Bases,
    store: Store,
    window: Window,
    table: pa.Table | None,
    campaign: Campaign,
    basis: Basis,
    account_id: str | None,
) -> Explanation:
    scene = build_scene(window, window.registry(table), kept.settings.seed)
    scene = replace(scene, takings=window.takings(fingerprints(store)))
    names = window.names()
    suspects = _suspects(window, scene, campaign, basis, names)
    mine = [str(name) for name in names[suspects.accounts]]
    member = next((one for one in campaign.members if one.account_id == account_id), None)
    if account_id is not None and (member is None or account_id not in mine):
        mend = f"its members are {', '.join(mine[:8])}{' ...' if len(mine) > 8 else ''}"
        raise InputError(f"{account_id!r} is no member of {campaign.id}", mend=mend)
    place = mine.index(account_id) if account_id is not None else None
    asked = askable_links(scene, links())
    number = None if place is None else int(suspects.accounts[place])
    looked_at = suspects.accounts if number is None else np.array([number])
    return Explanation(
        campaign_id=campaign.id,
        account_id=account_id or "",
        accounts=suspects.size,
        exchanges=suspects.exchanges,
        p_value=test_group(scene, suspects, asked).p_value,
        core_p_value=basis.p_value,
        fdr=kept.settings.fdr,
        judged=basis.judged,
        evidence=explained_evidence(scene, suspects, asked, signals(), campaign.evidence),
        keys=shared_keys(window, store, scene, suspects, number),
        without=tuple(without_families(scene, suspects, asked, kept.settings.fdr, basis.judged)),
        changes=tuple(
            changes_of_group(scene, suspects) if place is None else changes_of_member(scene, suspects, place)
        ),
        twins=twins_of(scene, suspects),
        member=member,
        compared=compared(scene, suspects, place) if place is not None else (),
        shown=shown_exchanges(window, store, suspects, mine, place),
        sets=sets_taken(scene, looked_at),
        asked=tuple(AskedLink(name=one.name, is_askable=one in asked, reads=one.reads) for one in links()),
    )


def _suspects(
    window: Window, scene: Scene, campaign: Campaign, basis: Basis, names: np.ndarray[tuple[int], np.dtype[np.object_]]
) -> Suspects:
    members = {one.account_id for one in campaign.members}
    accounts = np.flatnonzero([name in members for name in names])
    if len(accounts) == 0:
        mend = "name the store of this scan with --store, or scan again"
        raise InputError("the store holds none of the members", where=campaign.id, mend=mend)
    group = Group(accounts=accounts, kinds=np.array(basis.kinds, np.int64), keys=np.array(basis.keys, np.int64))
    events = next(window.events([group]))
    for column in PROGRAM_COLUMNS:
        if (only := getattr(basis, column)) != 0:
            events = select(events, events[column] == only)
    return suspects_of(accounts, events, basis.origin, scene, basis.chosen_from)
