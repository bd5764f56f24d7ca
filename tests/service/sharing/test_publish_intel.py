"""The table that guards look up beside the scan's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from guard_rows import guarded, row, rule
from received_rows import HERE, NOW, bundle, campaign, delivery, indicator, peers, stix_id
from stillwatch.core.decision import Action
from stillwatch.core.feedback import Opinion
from stillwatch.core.key_standing import Role
from stillwatch.core.provenance import Stance
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.guard.build_standings import build
from stillwatch.guard.decide import decide
from stillwatch.guard.several_standings import joined
from stillwatch.guard.standings import Standings
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.publish_intel import INTEL_TABLE, IntelPublisher
from stillwatch.service.sharing.receive import receive

if TYPE_CHECKING:
    from pathlib import Path

AT = NOW.timestamp()
TRACES = rule(roles=frozenset((Role.TRACE,)), names=frozenset((KeyName.ADDRESS, KeyName.CLIENT)))


def test_it_is_written_when_it_says_something_else(tmp_path: Path) -> None:
    intel = open_intel(tmp_path / "intel.db")
    publisher = IntelPublisher(tmp_path, peers(), salt=7, salt_id="5a17")
    told = campaign(indicator(1), indicator(2, "a-1", kind="account"))
    receive(intel, bundle(told), delivery(), peers())
    written = [publisher.publish(intel, at=NOW) for _ in range(2)]
    assert [one.is_written for one in written] == [True, False]
    assert (written[0].rows, dict(written[0].left_out)) == (1, {"an account at another service": 1})
    table = Standings((tmp_path / INTEL_TABLE).read_bytes())
    assert (table.salt, table.has(KeyName.ADDRESS, "198.51.100.7", at=AT)) == (7, True)
    receive(intel, bundle(replace(told, is_revoked=True)), delivery(), peers())
    assert publisher.publish(intel, at=NOW).is_written
    assert not Standings((tmp_path / INTEL_TABLE).read_bytes()).has(KeyName.ADDRESS, "198.51.100.7", at=AT)
    intel.close()


def test_a_guard_denies_by_what_was_confirmed_and_by_nothing_else(tmp_path: Path) -> None:
    intel = open_intel(tmp_path / "intel.db")
    publisher = IntelPublisher(tmp_path, peers())
    told = campaign(indicator(1), indicator(2, "agent\x1fhost\x1f", kind="client"))
    receive(intel, bundle(told), delivery(), peers())
    asked = RequestFacts("", AT, client_address="198.51.100.7", client="agent\x1fhost\x1f")

    def answer(facts: RequestFacts) -> Action:
        publisher.publish(intel, at=NOW)
        scanned = Standings(build([row("a-1")], seed=1))
        tables = joined([scanned, Standings((tmp_path / INTEL_TABLE).read_bytes())])
        held = guarded(TRACES)
        held.standings = tables
        return decide(facts, held).action

    assert answer(asked) is Action.ALLOW
    opinion = Opinion(id="opinion--1", about_ids=(stix_id("campaign", 1),), by_id=HERE, at=NOW, stance=Stance.CONFIRMS)
    receive(intel, bundle(opinions=(opinion,)), delivery(), peers())
    assert answer(asked) is Action.BLOCK
    assert answer(asked._replace(client="other")) is Action.ALLOW
    intel.close()
