"""Object templates and taxonomy of a distillation campaign for MISP, as its repositories publish such.

>>> INDICATOR.name, INDICATOR.types["key-id"]
('llm-distillation-indicator', 'text')

Until they are part of MISP's own lists, an instance loads them from a folder; an event that uses them can be read
without, since it carries types and values itself. What MISP has of its own is used as it is: the taxonomies `tlp`,
`PAP`, `iep2-policy` and `misp`, the galaxy of ATLAS techniques, and attributes that correlate.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.indicator import Certainty
from stillwatch.intel.stix_ids import derived_id
from stillwatch.intel.vocabulary.techniques import OWN, TECHNIQUES

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE: Final = "llm-distillation"
"""Of the taxonomy, and the beginning of each template's name."""
GALAXY: Final = "llm-distillation-technique"
ATLAS_GALAXY: Final = "mitre-atlas-attack-pattern"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    name: str
    uuid: str
    version: int
    category: str
    about: str
    types: Mapping[str, str]
    """Relation → type of attribute, in the order in which it is written."""
    words: Mapping[str, str]
    """Relation → what it means."""
    needed: tuple[str, ...]
    several: frozenset[str] = frozenset()
    """Relations that may come more than once."""
    correlated: frozenset[str] = frozenset()
    """Relations whose values MISP compares with those of other events."""


def _template(name: str, uuid: str, about: str, fields: dict[str, tuple[str, str]], **more: Any) -> Template:
    return Template(
        name=name,
        uuid=uuid,
        version=1,
        category="misc",
        about=about,
        types=MappingProxyType({relation: kind for relation, (kind, _) in fields.items()}),
        words=MappingProxyType({relation: words for relation, (_, words) in fields.items()}),
        **more,
    )


CAMPAIGN: Final = _template(
    f"{NAMESPACE}-campaign",
    "f2c8a5f0-5a39-4c8e-9d1c-3f0b6b8e7a11",
    "A group of accounts that acts as one operator and takes replies of a language model to train another one on.",
    {
        "name": ("campaign-name", "Pseudonym of the cluster, never a customer's name"),
        "created": ("datetime", "When the producer first told of it"),
        "version": ("datetime", "When the producer last changed what it tells; a later one replaces an earlier one"),
        "first-seen": ("datetime", "First exchange that is ascribed to it"),
        "last-seen": ("datetime", "Last exchange that is ascribed to it"),
        "valid-until": ("datetime", "When what is said here ends to hold"),
        "confidence": ("counter", "0 to 100, the scale of STIX"),
        "accounts": ("counter", "Accounts that take part"),
        "exchanges": ("counter", "Requests with their replies"),
        "role": ("text", "What it does, such as harvest, reward or cleaning"),
        "capability": ("text", "What it takes, such as coding"),
        "service": ("text", "Model or product that it takes it from"),
        "technique": ("text", "Id in MITRE ATLAS, or of our own where ATLAS has none"),
        "response": ("text", "What the producer has done about it"),
        "legal-basis": ("text", "On what ground it is shared"),
        "permitted-use": ("text", "What a receiver may use it for, in words"),
        "provider-name": ("text", "Who sold or ran the accounts"),
        "provider-country": ("text", "Where its office is, ISO 3166-1 alpha-2"),
        "provider-certainty": ("text", "observed, inferred or alleged"),
    },
    needed=("name",),
    several=frozenset({"role", "capability", "service", "technique"}),
)
STATEMENT: Final = _template(
    f"{NAMESPACE}-statement",
    "7d3f1f0e-2b0a-4a52-8f6e-0c9a4d2b5e21",
    "One fact or conclusion about a distillation campaign, told apart.",
    {
        "topic": ("text", "Machine-readable, such as family:content or access:proxy"),
        "text": ("text", "The statement"),
        "certainty": ("text", "observed, inferred or alleged"),
        "confidence": ("counter", "0 to 100, the scale of STIX"),
    },
    needed=("text",),
)
INDICATOR: Final = _template(
    f"{NAMESPACE}-indicator",
    "3b8c6d52-91f4-4f5d-a6c7-5e1d7f9b0c31",
    "Something to match that MISP has no type of attribute for, or whose value is a token or made under a salt.",
    {
        "value": ("text", "What is compared"),
        "kind": ("text", "account, email, phone, payment, device, client, tls-ja4, template, ..."),
        "form": ("text", "clear, salted, pairwise or oprf: who can compare it"),
        "key-id": ("text", "Salt, pair or epoch under which the value was made"),
        "template-kind": ("counter", "Of a template: what of the prompt the key is made of"),
        "certainty": ("text", "observed, inferred or alleged"),
        "confidence": ("counter", "0 to 100, the scale of STIX"),
    },
    needed=("value",),
    correlated=frozenset({"value"}),
)
USER_ACCOUNT: Final = Template(
    name="user-account",
    uuid="49606b06-22f0-4ac8-8eee-2f12ad46f3d3",
    version=6,
    category="misc",
    about="User-account object, defining aspects of user identification, authentication, privileges and other "
    "relevant data points.",
    types=MappingProxyType({"user-id": "text", "account-type": "text"}),
    words=MappingProxyType({}),
    needed=("user-id",),
    correlated=frozenset({"user-id"}),
)
"""MISP's own; not published here."""
TEMPLATES: Final = (CAMPAIGN, STATEMENT, INDICATOR)

_STATES: Final = {"active": "What it says holds", "revoked": "The producer takes it back: whatever rests on it ends"}
_CERTAINTIES: Final = {
    Certainty.OBSERVED: "Seen in a log",
    Certainty.INFERRED: "Concluded from what was seen",
    Certainty.ALLEGED: "Said by somebody else",
}


def definition(template: Template) -> dict[str, Any]:
    """`definition.json` of an object template."""
    return {
        "name": template.name,
        "uuid": template.uuid,
        "version": template.version,
        "meta-category": template.category,
        "description": template.about,
        "requiredOneOf": list(template.needed),
        "attributes": {
            relation: {
                "description": template.words[relation],
                "misp-attribute": kind,
                "ui-priority": 1,
                **({"multiple": True} if relation in template.several else {}),
                **({} if relation in template.correlated else {"disable_correlation": True}),
            }
            for relation, kind in template.types.items()
        },
    }


def taxonomy() -> dict[str, Any]:
    """`machinetag.json` of the taxonomy."""
    entries = {
        "state": [{"value": value, "expanded": words} for value, words in _STATES.items()],
        "certainty": [{"value": value, "expanded": words} for value, words in _CERTAINTIES.items()],
        "confidence": [
            {"value": str(value), "expanded": f"{value} of 100", "numerical_value": value} for value in range(101)
        ],
    }
    words = {
        "state": "Whether a campaign still holds",
        "certainty": "How a statement or an indicator is known",
        "confidence": "How sure it is, on the scale of STIX",
    }
    return {
        "namespace": NAMESPACE,
        "description": "Campaigns that take a language model's replies to train another model on.",
        "version": 1,
        "predicates": [{"value": value, "expanded": expanded} for value, expanded in words.items()],
        "values": [{"predicate": predicate, "entry": found} for predicate, found in entries.items()],
    }


def galaxy() -> dict[str, Any]:
    """The galaxy of techniques that ATLAS has no entry for."""
    return {
        "type": GALAXY,
        "name": "LLM Distillation Techniques",
        "namespace": OWN,
        "description": "Techniques of distillation campaigns for which MITRE ATLAS has no entry.",
        "icon": "copy",
        "uuid": "b41a7c60-5d83-4b0f-9d0a-6c2f9e7a4d41",
        "version": 1,
    }


def cluster() -> dict[str, Any]:
    """Its cluster: the techniques."""
    return {
        "type": GALAXY,
        "name": "LLM Distillation Techniques",
        "category": "attack-pattern",
        "description": "Techniques of distillation campaigns for which MITRE ATLAS has no entry.",
        "source": OWN,
        "authors": [OWN],
        "uuid": "0d9d5e7c-8a5f-4a0b-b7f3-2e6c1d8b9f51",
        "version": 1,
        "values": [
            {
                "value": one.name,
                "description": one.about,
                "uuid": derived_id("attack-pattern", one.source, one.id).partition("--")[2],
                "meta": {"external_id": one.id},
            }
            for one in TECHNIQUES.values()
            if one.source == OWN
        ],
    }


def published() -> dict[str, Any]:
    """Path → document, laid out as the repositories `misp-objects`, `misp-taxonomies` and `misp-galaxy` are."""
    return {
        **{f"objects/{one.name}/definition.json": definition(one) for one in TEMPLATES},
        f"taxonomies/{NAMESPACE}/machinetag.json": taxonomy(),
        f"galaxies/{GALAXY}.json": galaxy(),
        f"clusters/{GALAXY}.json": cluster(),
    }
