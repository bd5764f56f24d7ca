"""Techniques by their ids: those of MITRE ATLAS that a distillation campaign uses, and our own where ATLAS has none.

>>> technique("AML.T0024.002").name
'Extract AI Model'

ATLAS is bound by `external_id` and never by the STIX ids of one of its releases, which are of version 5 and have
changed; the objects written here are our own references to its entries. Names are those of ATLAS 5.6.0.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from stillwatch.intel.stix_ids import derived_id
from stillwatch.intel.stix_objects import AttackPattern, ExternalReference
from stillwatch.intel.vocabulary.extension import AUTHOR_ID, PUBLISHED

ATLAS: Final = "mitre-atlas"
OWN: Final = "stillwatch"


class Technique(NamedTuple):
    id: str
    name: str
    source: str
    """`mitre-atlas` or `stillwatch`."""
    about: str


_ATLAS: Final = {
    "AML.T0005.001": "Train Proxy via Replication",
    "AML.T0008.005": "AI Service Proxies",
    "AML.T0012": "Valid Accounts",
    "AML.T0021": "Establish Accounts",
    "AML.T0024": "Exfiltration via AI Inference API",
    "AML.T0024.002": "Extract AI Model",
    "AML.T0034": "Cost Harvesting",
    "AML.T0034.000": "Excessive Queries",
    "AML.T0034.001": "Resource-Intensive Queries",
    "AML.T0040": "AI Model Inference API Access",
    "AML.T0048.004": "AI Intellectual Property Theft",
    "AML.T0054": "LLM Jailbreak",
    "AML.T0056": "Extract LLM System Prompt",
    "AML.T0065": "LLM Prompt Crafting",
    "AML.T0073": "Impersonation",
}
_OWN: Final = {
    "SW.T0001": (
        "Elicit Reasoning Traces",
        "Prompts that make the model write out reasoning that it would otherwise summarise or hide.",
    ),
    "SW.T0002": (
        "Replay Signed Reasoning",
        "Signed or encrypted reasoning of one conversation handed in with another session, account or model.",
    ),
    "SW.T0003": (
        "Use as Reward Model",
        "Rubrics and candidate answers go in, scores or preferences come out, as labels for training.",
    ),
    "SW.T0004": (
        "Clean Captured Transcripts",
        "Transcripts taken elsewhere are sent back to be normalised, scored or rewritten for training.",
    ),
    "SW.T0005": (
        "Make Training Tasks",
        "Tasks with tests and solutions are produced in bulk for reinforcement learning.",
    ),
    "SW.T0006": (
        "Store and Replay User Sessions",
        "Sessions of a service's own users are kept and sent again to another provider's model for its replies.",
    ),
    "SW.T0007": (
        "Relay Users Silently",
        "Requests of users who believe to use another service are passed on through an account pool.",
    ),
    "SW.T0008": (
        "Buy Transcripts",
        "Replies are bought from whoever holds them, so that the model's provider sees nothing.",
    ),
    "SW.T0009": (
        "Rotate Account Pool",
        "Load is spread over many accounts, and a new pool takes over when one is banned or limited.",
    ),
    "SW.T0010": (
        "Probe Countermeasures",
        "A small fixed set of prompts is repeated to tell an outage from a degradation.",
    ),
}
TECHNIQUES: Final = {
    **{id_: Technique(id_, name, ATLAS, f"Entry {id_} of MITRE ATLAS.") for id_, name in _ATLAS.items()},
    **{id_: Technique(id_, name, OWN, about) for id_, (name, about) in _OWN.items()},
}


def technique(technique_id: str) -> Technique:
    """The technique; one of ATLAS that is not in the table goes by its id."""
    known = TECHNIQUES.get(technique_id)
    source = ATLAS if technique_id.startswith("AML.") else OWN
    return known or Technique(technique_id, technique_id, source, f"Entry {technique_id} of {source}.")


def attack_pattern(technique_id: str) -> AttackPattern:
    """The object that a campaign `uses`: the same one for everybody."""
    one = technique(technique_id)
    return AttackPattern(
        id=derived_id("attack-pattern", one.source, one.id),
        spec_version="2.1",
        created_by_ref=AUTHOR_ID,
        created=PUBLISHED,
        modified=PUBLISHED,
        name=one.name,
        description=one.about,
        external_references=[ExternalReference(source_name=one.source, external_id=one.id)],
    )
