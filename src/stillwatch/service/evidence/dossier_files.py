"""The files of a dossier's package, for one of its two tiers.

files = dossier_files(gathered, tier, Pages(html, pdf), keys=folder, stix=b"")
files.files, files.redactions

dossier.json .html .pdf     statements by element, what speaks against them, where they are from
analysis/campaign.json      the campaign as it stands in the result, canonical: its digest is a leaf of the log
analysis/facts.json         what was added by hand
analysis/attribution-1.json what a test of a suspect model gave, where one was added
analysis/recipe.json        how to work the figures out again
analysis/sketches/          the keys to do it with: a store without names and texts
stix/bundle.json            the campaign as peers are told of it
case/case.jsonld            its provenance, for forensic tools
certs/                      drafts of certifications, unsigned
"""

from __future__ import annotations

import mmap
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import rfc8785

from stillwatch.core.version import VERSION
from stillwatch.evidence.case_export import case_document
from stillwatch.evidence.certificates import certificate_902_13, certificate_902_14, notice_902_11
from stillwatch.evidence.dossier_document import document_of, fields_that_differ, public_dossier, public_finding
from stillwatch.evidence.dossier_statements import CAMPAIGN_FILE, FACTS_FILE
from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.evidence.redaction import redact, taken_out
from stillwatch.evidence.sealed_case import PackageFile, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from stillwatch.evidence.redaction import Redaction
    from stillwatch.service.evidence.gather_dossier import Gathered

DOSSIER_FILE: Final = "dossier.json"
RECIPE_FILE: Final = "analysis/recipe.json"
SKETCHES: Final = "analysis/sketches/"
_JSON: Final = "application/json"
_TEXT: Final = "text/markdown"
_PARQUET: Final = "application/vnd.apache.parquet"
_TYPES: Final = {".parquet": _PARQUET, ".json": _JSON, ".toml": "application/toml"}
_PROGRAM: Final = f"stillwatch {VERSION}"


class Pages(NamedTuple):
    """The dossier to be read, as one tier shows it."""

    html: bytes
    pdf: bytes


class Documents(NamedTuple):
    """What is in both tiers and differs between them: path → in full, and what may be taken out of it."""

    full: Mapping[str, Any]
    redactions: tuple[Redaction, ...]


def dossier_documents(gathered: Gathered) -> Documents:
    """The documents, each field that the redacted tier leaves out under a salt of its own."""
    facts = [asdict(one) for one in gathered.facts]
    public_facts = [{**one, "text": _public_fact(gathered, number)} for number, one in enumerate(facts)]
    pairs = {
        DOSSIER_FILE: (document_of(gathered.dossier), document_of(public_dossier(gathered.dossier))),
        CAMPAIGN_FILE: (dict(gathered.finding), public_finding(gathered.finding, gathered.dossier)),
        FACTS_FILE: ({"facts": facts}, {"facts": public_facts}),
    }
    return Documents(
        {path: full for path, (full, _) in pairs.items()},
        tuple(
            taken_out(path, field, full)
            for path, (full, public) in pairs.items()
            for field in fields_that_differ(full, public)
        ),
    )


def dossier_files(  # noqa: PLR0913  # what goes in, for whom and where it lies
    gathered: Gathered, documents: Documents, tier: Tier, pages: Pages, *, keys: Path | None, stix: bytes
) -> tuple[PackageFile, ...]:
    """All files of one tier.

    Args:
        gathered: What was put together.
        documents: Made once for both tiers.
        tier: For whose eyes it is.
        pages: To be read, of this tier.
        keys: Folder of the keys; None where they are handed over by themselves.
        stix: The bundle; empty where there is none.
    """
    shown = gathered.dossier if tier is Tier.CONFIDENTIAL else public_dossier(gathered.dossier)
    made: dict[str, tuple[bytes, str]] = {
        "dossier.html": (pages.html, "text/html"),
        "dossier.pdf": (pages.pdf, "application/pdf"),
        RECIPE_FILE: (gathered.recipe.write(), _JSON),
        "case/case.jsonld": (case_document(shown, *_finding_digest(gathered)), "application/ld+json"),
        "certs/902-13.md": (certificate_902_13(shown).encode(), _TEXT),
        "certs/902-14.md": (certificate_902_14(shown).encode(), _TEXT),
        "certs/902-11-notice.md": (notice_902_11(shown).encode(), _TEXT),
    }
    for path, full in documents.full.items():
        taken = [one for one in documents.redactions if one.file == path and tier is Tier.REDACTED]
        made[path] = (rfc8785.dumps(redact(full, taken)), _JSON)
    made |= {one.path: (one.data, _JSON) for one in gathered.attributions}
    if stix:
        made["stix/bundle.json"] = (stix, "application/stix+json")
    dossier = gathered.dossier
    return (
        *(
            PackageFile(
                path=path,
                data=data,
                media_type=kind,
                made_by=_PROGRAM,
                acquired_by=dossier.made_by,
                acquired_at=dossier.made_at,
            )
            for path, (data, kind) in made.items()
        ),
        *(() if keys is None else key_files(keys, dossier.made_by)),
    )


def key_files(keys: Path, made_by: str) -> Iterator[PackageFile]:
    """The keys, each file as a map of it, which is not copied."""
    for file in sorted(one for one in keys.rglob("*") if one.is_file() and not one.name.startswith(".")):
        yield PackageFile(
            path=SKETCHES + file.relative_to(keys).as_posix(),
            data=_mapped(file),
            media_type=_TYPES[file.suffix],
            source="export of the store's keys, without names and texts",
            made_by=_PROGRAM,
            acquired_by=made_by,
        )


def _mapped(file: Path) -> bytes | memoryview:
    if not file.stat().st_size:
        return b""
    with file.open("rb") as opened:
        return memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))


def _finding_digest(gathered: Gathered) -> tuple[str, int]:
    return digest_of(gathered.finding), len(rfc8785.dumps(dict(gathered.finding)))


def _public_fact(gathered: Gathered, number: int) -> str:
    where = f"{FACTS_FILE}#/facts/{number}"
    return next(one.public_text for one in gathered.dossier.statements if one.where == where)
