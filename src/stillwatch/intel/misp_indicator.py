"""One indicator as MISP has it: an attribute of its own type, or an object where MISP has none.

What is in clear and has a type becomes a plain attribute, which every instance correlates and exports. An account
becomes MISP's `user-account`. A token, a key made under a salt, and what MISP has no type for become an object of ours.
The UUID is that of the indicator, so that sightings of the attribute are sightings of the indicator. `first_seen` and
`last_seen` of the attribute are the time that it is valid for: MISP has no other fields for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.intel.misp_object import attribute, misp_object
from stillwatch.intel.stix_ids import derived_id
from stillwatch.intel.vocabulary.extension import ACCOUNT_TYPE
from stillwatch.intel.vocabulary.misp_templates import INDICATOR, NAMESPACE, USER_ACCOUNT

if TYPE_CHECKING:
    from stillwatch.core.indicator import Indicator
    from stillwatch.intel.misp_object import Stamp

TYPE_OF: Final = {
    IndicatorKind.ADDRESS: "ip-src",
    IndicatorKind.PREFIX: "ip-src",
    IndicatorKind.ASN: "AS",
    IndicatorKind.DOMAIN: "domain",
    IndicatorKind.EMAIL: "email",
    IndicatorKind.PHONE: "phone-number",
    IndicatorKind.USER_AGENT: "user-agent",
}
_CATEGORY: Final = {"email": "Social network", "phone-number": "Person"}


def write_attribute(one: Indicator, stamp: Stamp) -> dict[str, Any] | None:
    """The indicator as an attribute, or None where it must be an object."""
    kind = TYPE_OF.get(one.kind)
    if kind is None or one.form is not Form.CLEAR:
        return None
    made = attribute(kind, one.value, uuid=_uuid(one.id), stamp=stamp, is_to_match=True)
    return {**made, "category": _CATEGORY.get(kind, "Network activity"), **_facts(one)}


def write_object(one: Indicator, stamp: Stamp) -> dict[str, Any]:
    """The indicator as an object."""
    if one.kind is IndicatorKind.ACCOUNT and one.form is Form.CLEAR:
        values: list[tuple[str, str]] = [("user-id", one.value), ("account-type", ACCOUNT_TYPE)]
        made = misp_object(USER_ACCOUNT, values, uuid=_uuid(one.id), stamp=stamp, to_match="user-id")
    else:
        values = [
            ("value", one.value),
            ("kind", one.kind),
            ("form", one.form),
            *((("key-id", one.key_id),) if one.key_id else ()),
            *((("template-kind", str(one.template_kind)),) if one.template_kind else ()),
            ("certainty", one.certainty),
            ("confidence", str(one.confidence)),
        ]
        made = misp_object(INDICATOR, values, uuid=_uuid(one.id), stamp=stamp, to_match="value")
    facts = _facts(one)
    tags = facts.pop("Tag")
    made["Attribute"][0] |= {"Tag": tags, **facts}
    return made | facts


def confidence_tag(confidence: int) -> str:
    return f'{NAMESPACE}:confidence="{confidence}"'


def certainty_tag(certainty: str) -> str:
    return f'{NAMESPACE}:certainty="{certainty}"'


def _facts(one: Indicator) -> dict[str, Any]:
    return {
        "first_seen": one.valid_from.isoformat(),
        "last_seen": one.valid_until.isoformat(),
        "Tag": [{"name": confidence_tag(one.confidence)}, {"name": certainty_tag(one.certainty)}],
    }


def _uuid(stix_id: str) -> str:
    return stix_id.partition("--")[2] or derived_id("indicator", stix_id).partition("--")[2]
