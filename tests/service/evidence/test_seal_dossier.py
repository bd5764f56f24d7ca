"""Both tiers are sealed in one log, hold, and open one another."""

from __future__ import annotations

import json

from gathered import KEY
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.case_check import Outcome, Trust
from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.evidence.redaction import read_openings
from stillwatch.evidence.sealed_case import Tier
from stillwatch.service.evidence.check_file import check_file, members_of
from stillwatch.service.evidence.dossier_files import Pages
from stillwatch.service.evidence.log_settings import policy_of
from stillwatch.service.evidence.seal_dossier import Sealer, package_of, seal_dossier

_PAGES = {tier: Pages(b"<html>", b"%PDF") for tier in (Tier.CONFIDENTIAL, Tier.REDACTED)}


def test_both_tiers_hold_and_what_the_one_opens_the_other_committed_to(dossier_stand, tmp_path):
    sealer = Sealer(log=dossier_stand.log, key=KEY)
    whole, redacted = seal_dossier(
        dossier_stand.gathered, _PAGES, tmp_path / "case.zip", sealer, keys=dossier_stand.keys
    )
    assert (whole.package.name, redacted.package.name) == ("case-confidential.zip", "case-redacted.zip")
    shown = read_openings(bytes(members_of(whole.package)["openings.json"]))
    report = check_file(redacted.package, Trust(policy=policy_of(dossier_stand.log.folder), shown=shown))
    outcomes = {one.name: one.outcome for one in report.checks}
    assert set(outcomes.values()) == {Outcome.HOLDS}
    assert {"custody", "redactions", "openings", "leaves"} <= set(outcomes)
    assert check_file(whole.package, Trust(policy=policy_of(dossier_stand.log.folder))).outcome is Outcome.HOLDS
    leaves = [one.kind for one in dossier_stand.log.leaves()]
    assert leaves[-2:] == [LeafKind.DOSSIER, LeafKind.DOSSIER]
    (finding,) = dossier_stand.log.find(digest_of(dossier_stand.gathered.finding))
    assert leaves[finding] is LeafKind.FINDING


def test_the_redacted_tier_shows_no_account(dossier_stand, tmp_path):
    sealer = Sealer(log=dossier_stand.log, key=KEY)
    pages = {Tier.REDACTED: _PAGES[Tier.REDACTED]}
    (made,) = seal_dossier(dossier_stand.gathered, pages, tmp_path / "case.zip", sealer, keys=None)
    data = made.package.read_bytes()
    assert made.package.name == "case.zip"
    assert [one.account for one in dossier_stand.gathered.dossier.members if one.account.encode() in data] == []
    document = json.loads(bytes(members_of(made.package)["dossier.json"]))
    assert set(document["members"][0]["account"]) == {"redacted"}


def test_a_package_of_both_tiers_is_named_by_its_tier(tmp_path):
    assert package_of(tmp_path / "a.zip", Tier.REDACTED, is_alone=False) == tmp_path / "a-redacted.zip"
    assert package_of(tmp_path / "a", Tier.REDACTED, is_alone=True) == tmp_path / "a"
