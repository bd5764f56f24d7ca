"""The published extension of STIX 2.1 for distillation campaigns: its ids, and the definition that travels along.

What it says is in `distillation-1.schema.json`, beside this file; the page to read is
docs/reference/stix-vocabulary.md.
"""

from __future__ import annotations

from typing import Final

from stillwatch.intel.stix_objects import ExtensionDefinition, Identity

EXTENSION_ID: Final = "extension-definition--222b1b85-0809-441a-8cb5-368beb3ebf10"
AUTHOR_ID: Final = "identity--a90f44ba-5452-46bd-8015-6663319407b0"
SCHEMA_ID: Final = "urn:stillwatch:stix:distillation:1"
VERSION: Final = "1.0.0"
PUBLISHED: Final = "2026-11-22T00:00:00.000Z"
KEY_TYPE: Final = "x-stillwatch-key"
"""In patterns: a value that only holders of its key can compare, and what STIX has no observable for."""
ACCOUNT_TYPE: Final = "llm-api"
"""`account_type` of an account at a service that serves language models."""

AUTHOR: Final = Identity(
    id=AUTHOR_ID,
    spec_version="2.1",
    created_by_ref=AUTHOR_ID,
    created=PUBLISHED,
    modified=PUBLISHED,
    name="stillwatch",
    identity_class="organization",
    description="Open-source project that publishes the vocabulary for distillation campaigns.",
)
DEFINITION: Final = ExtensionDefinition(
    id=EXTENSION_ID,
    spec_version="2.1",
    created_by_ref=AUTHOR_ID,
    created=PUBLISHED,
    modified=PUBLISHED,
    name="distillation-campaign",
    description=(
        "Facts of a campaign that distils a language model without leave: its window, size, roles, capabilities, what "
        "is observed, inferred or alleged, the response, the legal basis, the permitted use, the end, and who provided "
        "the accounts; of an indicator: what its value is and under which key it was made. Standard properties, "
        "labels, notes and patterns repeat what is essential."
    ),
    schema=SCHEMA_ID,
    version=VERSION,
    extension_types=["property-extension"],
)
