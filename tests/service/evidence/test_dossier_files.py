"""The files of a package: the same in both tiers, but for what is taken out."""

from __future__ import annotations

import hashlib
import json

from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.evidence.sealed_case import Tier
from stillwatch.service.evidence.dossier_files import SKETCHES, Pages, dossier_documents, dossier_files, key_files

_PAGES = Pages(b"<html>", b"%PDF")
_DIFFERENT = {"dossier.json", "analysis/campaign.json"}


def _files(stand, tier: Tier) -> dict[str, bytes]:
    documents = dossier_documents(stand.gathered)
    made = dossier_files(stand.gathered, documents, tier, _PAGES, keys=stand.keys, stix=b"{}")
    return {one.path: bytes(one.data) for one in made}


def test_tiers_differ_in_what_is_taken_out_alone(dossier_stand):
    redacted, whole = (_files(dossier_stand, tier) for tier in (Tier.REDACTED, Tier.CONFIDENTIAL))
    assert redacted.keys() == whole.keys()
    assert {path for path in whole if redacted[path] != whole[path]} == _DIFFERENT


def test_no_account_is_named_in_the_redacted_tier(dossier_stand):
    text = b"".join(_files(dossier_stand, Tier.REDACTED).values())
    names = [one.account.encode() for one in dossier_stand.gathered.dossier.members]
    assert [name for name in names if name in text] == []
    assert all(name in _files(dossier_stand, Tier.CONFIDENTIAL)["analysis/campaign.json"] for name in names)


def test_the_finding_is_written_as_its_leaf_has_it(dossier_stand):
    data = _files(dossier_stand, Tier.CONFIDENTIAL)["analysis/campaign.json"]
    assert hashlib.sha256(data).hexdigest() == digest_of(dossier_stand.gathered.finding)


def test_the_keys_are_those_of_the_recipe(dossier_stand):
    digests = {
        one.path.removeprefix(SKETCHES): hashlib.sha256(one.data).hexdigest()
        for one in key_files(dossier_stand.keys, "A. Keeper")
    }
    assert digests == json.loads(_files(dossier_stand, Tier.REDACTED)["analysis/recipe.json"])["keys_sha256"]
