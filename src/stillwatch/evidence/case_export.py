"""The dossier's provenance in the terms of forensics: CASE 1.4 (Cyber-investigation Analysis Standard Expression).

One investigation; the log files with their digests, the program, what was done with them (an investigative action) and
the record of what came out. Only the redacted names stand in it, so both tiers carry the same file. JSON-LD; a judge
from elsewhere reads it (`case_validate` of case-utils, https://caseontology.org).
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.dossier import Dossier

_ONTOLOGY: Final = "https://ontology.unifiedcyberontology.org/uco"
_CONTEXT: Final = {
    "kb": "http://example.org/kb/",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    **{f"uco-{name}": f"{_ONTOLOGY}/{name}/" for name in ("action", "core", "identity", "observable", "tool", "types")},
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def case_document(dossier: Dossier, finding_sha256: str, finding_bytes: int) -> bytes:
    """The JSON-LD document.

    Args:
        dossier: What is handed over.
        finding_sha256: Of the campaign as it stands in the result.
        finding_bytes: Its size.
    """
    ids = _Ids(uuid.uuid5(uuid.NAMESPACE_URL, f"{dossier.campaign.id} {dossier.made_at.isoformat()}"))
    inputs = [_file(ids, f"input {number}", one.sha256, one.size_bytes) for number, one in enumerate(dossier.inputs, 1)]
    result = _file(ids, "analysis/campaign.json", finding_sha256, finding_bytes)
    tool = _node(
        ids, "tool", "uco-tool:AnalyticTool", name="stillwatch", version=("uco-tool:version", dossier.run.version)
    )
    person = _node(ids, "performer", "uco-identity:Identity", name=dossier.made_by)
    record = {
        **_node(ids, "record", "case-investigation:ProvenanceRecord", name=f"Finding {dossier.campaign.id}"),
        "uco-core:object": [_link(result)],
        "case-investigation:exhibitNumber": dossier.campaign.id,
    }
    action = {
        **_node(
            ids, "action", "case-investigation:InvestigativeAction", name="Search of logs for groups that act as one"
        ),
        "uco-action:startTime": _moment(dossier.run.started_at),
        "uco-action:endTime": _moment(dossier.run.finished_at),
        "uco-action:performer": _link(person),
        "uco-action:instrument": [_link(tool)],
        "uco-action:object": [_link(one) for one in inputs],
        "uco-action:result": [_link(result), _link(record)],
    }
    held = (action, record, *inputs, result, tool, person)
    investigation = {
        **_node(ids, "investigation", "case-investigation:Investigation", name=f"Dossier {dossier.campaign.id}"),
        "case-investigation:focus": ["unauthorised extraction of a language model"],
        "uco-core:object": [_link(one) for one in held],
    }
    document = {"@context": _CONTEXT, "@graph": [investigation, *held]}
    return json.dumps(document, indent=1, sort_keys=True).encode() + b"\n"


class _Ids:
    """Names of nodes that are the same for the same dossier."""

    def __init__(self, namespace: uuid.UUID) -> None:
        self._namespace = namespace

    def of(self, kind: str, what: str = "") -> str:
        return f"kb:{kind}-{uuid.uuid5(self._namespace, f'{kind} {what}')}"


def _node(ids: _Ids, kind: str, of_type: str, *, name: str, version: tuple[str, str] | None = None) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": ids.of(kind), "@type": of_type, "uco-core:name": name}
    return node if version is None else {**node, version[0]: version[1]}


def _file(ids: _Ids, name: str, sha256: str, size_bytes: int) -> dict[str, Any]:
    digest = {
        "@id": ids.of("hash", name),
        "@type": "uco-types:Hash",
        "uco-types:hashMethod": "SHA256",
        "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": sha256},
    }
    content = {
        "@id": ids.of("content-data-facet", name),
        "@type": "uco-observable:ContentDataFacet",
        "uco-observable:hash": [digest],
        "uco-observable:sizeInBytes": size_bytes,
    }
    named = {
        "@id": ids.of("file-facet", name),
        "@type": "uco-observable:FileFacet",
        "uco-observable:fileName": name,
        "uco-observable:sizeInBytes": size_bytes,
    }
    return {
        "@id": ids.of("file", name),
        "@type": "uco-observable:File",
        "uco-core:name": name,
        "uco-core:hasFacet": [content, named],
    }


def _link(node: dict[str, Any]) -> dict[str, str]:
    return {"@id": node["@id"]}


def _moment(at: datetime) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": at.isoformat()}
