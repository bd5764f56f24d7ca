from __future__ import annotations

import json
from dataclasses import replace

from gathered import AT, FACT
from stillwatch.core.campaign import Verdict
from stillwatch.service.evidence.dossier_stix import dossier_stix

_IDENTITY = "identity--5f1e2d3c-4b5a-4c6d-8e7f-90a1b2c3d4e5"


def test_peers_are_told_what_a_share_would_tell_and_no_account(dossier_stand):
    data = dossier_stix(dossier_stand.out, dossier_stand.gathered, identity=_IDENTITY, store=None, at=AT)
    objects = json.loads(data)["objects"]
    assert {"campaign", "identity"} <= {one["type"] for one in objects}
    assert _IDENTITY in {one["id"] for one in objects}
    assert FACT.text.encode() in data
    assert not any(one.account.encode() in data for one in dossier_stand.gathered.dossier.members)


def test_of_a_group_to_review_nobody_is_told(dossier_stand):
    gathered = dossier_stand.gathered
    dossier = replace(gathered.dossier, campaign=replace(gathered.dossier.campaign, verdict=Verdict.REVIEW))
    assert dossier_stix(dossier_stand.out, gathered._replace(dossier=dossier), identity=None, store=None, at=AT) == b""
