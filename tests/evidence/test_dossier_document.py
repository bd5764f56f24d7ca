"""The two tiers of one dossier: what differs is what is taken out, and nothing of it is left in the public one."""

from __future__ import annotations

import json

from dossier_factory import campaign, dossier, run
from stillwatch.evidence.dossier_document import (
    HIDDEN,
    document_of,
    fields_that_differ,
    public_dossier,
    public_finding,
)
from stillwatch.evidence.redaction import redact, taken_out
from stillwatch.service.document import campaign_document


def test_no_name_no_quote_and_no_path_is_in_the_public_dossier():
    text = json.dumps(document_of(public_dossier(dossier())), ensure_ascii=False)
    assert not [
        word for word in ("anna", "ben", "write it all out", "Grade", "/logs") if word in text.replace("beneath", "")
    ]
    assert "t0" in text


def test_a_warning_that_names_a_log_file_goes_by_its_number():
    warned = dossier(run=run(warnings=("/logs/anna.jsonl was not read to its end",)))
    assert public_dossier(warned).run.warnings == ("input 1 was not read to its end",)


def test_each_field_that_differs_is_named_by_its_place():
    full, public = document_of(dossier()), document_of(public_dossier(dossier()))
    assert list(fields_that_differ(full, public)) == [
        "/statements/0/text",
        "/limits/0/text",
        "/authorised/matches/0",
        "/members/0/account",
        "/members/1/account",
        "/samples/0/text",
        "/wordings/0/words",
        "/inputs/0/path",
    ]


def test_what_is_taken_out_of_the_full_one_leaves_nothing_that_the_public_one_lacks():
    full, public = document_of(dossier()), document_of(public_dossier(dossier()))
    taken = [taken_out("dossier.json", field, full) for field in fields_that_differ(full, public)]
    left = json.dumps(redact(full, taken), ensure_ascii=False)
    assert not [word for word in ("anna", "Grade", "/logs") if word in left]


def test_a_finding_goes_by_the_names_of_the_keys_and_tells_of_no_screening():
    finding = {**campaign_document(campaign()), "screened": [{"account_id": "anna", "listed_name": "Anna A."}]}
    made = public_finding(finding, dossier())
    assert [one["account_id"] for one in made["members"]] == ["t0", "t1"]
    assert made["evidence"][0]["because"].startswith("work of ⟨account⟩")
    assert made["screened"] == [{"account_id": HIDDEN, "listed_name": HIDDEN}]
    assert made["exchanges"] == finding["exchanges"]
