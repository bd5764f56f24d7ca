"""Markings and techniques of a campaign as MISP's tags, and read back from them.

>>> write_handling(Handling(tlp=Tlp.AMBER_STRICT, pap=Pap.WHITE))
('tlp:amber+strict', 'PAP:CLEAR', 'iep2-policy:unmodified_resale="must-not"')
>>> read_handling(["tlp:white", "tlp:green", "PAP:RED"]).tlp
<Tlp.GREEN: 'green'>
>>> technique_tag("SW.T0003")
'misp-galaxy:llm-distillation-technique="Use as Reward Model"'

The taxonomies are MISP's own (`tlp`, `PAP`, `iep2-policy`, `misp`); of several tags of one, the strictest holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.marking import Handling, Pap, Tlp
from stillwatch.intel.vocabulary.misp_templates import ATLAS_GALAXY, GALAXY
from stillwatch.intel.vocabulary.techniques import OWN, TECHNIQUES, technique

if TYPE_CHECKING:
    from collections.abc import Iterable

UNREVIEWED: Final = 'misp:automation-level="unsupervised"'
"""No person looked at it before it was sent."""
_NAMELESS: Final = 'iep2-policy:attribution="must-not"'
_RESALE: Final = "iep2-policy:unmodified_resale"
_TLP: Final = {f"tlp:{one}": one for one in Tlp} | {"tlp:white": Tlp.CLEAR}
_PAP: Final = {f"pap:{one}": one for one in Pap} | {"pap:clear": Pap.WHITE}
_IN_GALAXY: Final = {
    "AML.T0024": "Exfiltration via ML Inference API",
    "AML.T0024.002": "Extract ML Model",
    "AML.T0048.004": "ML Intellectual Property Theft",
    "AML.T0056": "LLM Meta Prompt Extraction",
}
"""What MISP's galaxy calls a technique, where it still has the name of an older release of ATLAS."""


def write_handling(handling: Handling) -> tuple[str, ...]:
    """Tags that say what a receiver may do; the permitted use in words is part of the campaign's object."""
    pap = "CLEAR" if handling.pap is Pap.WHITE else handling.pap.upper()
    return (
        f"tlp:{handling.tlp}",
        f"PAP:{pap}",
        *((_NAMELESS,) if handling.must_not_name_source else ()),
        f'{_RESALE}="{"may" if handling.may_resell else "must-not"}"',
    )


def read_handling(tags: Iterable[str], *, permitted_use: str = "") -> Handling:
    """What the tags say; the defaults hold where they say nothing."""
    usual = Handling()
    said = [tag.strip().lower() for tag in tags]
    tlp = [_TLP[tag] for tag in said if tag in _TLP]
    pap = [_PAP[tag] for tag in said if tag in _PAP]
    return Handling(
        tlp=max(tlp, key=tuple(Tlp).index, default=usual.tlp),
        pap=max(pap, key=tuple(Pap).index, default=usual.pap),
        permitted_use=permitted_use or usual.permitted_use,
        must_not_name_source=_NAMELESS in said,
        may_resell=f'{_RESALE}="may"' in said and f'{_RESALE}="must-not"' not in said,
    )


def technique_tag(technique_id: str) -> str:
    """The cluster of a galaxy that stands for a technique, as a tag."""
    one = technique(technique_id)
    galaxy = GALAXY if one.source == OWN else ATLAS_GALAXY
    return f'misp-galaxy:{galaxy}="{_IN_GALAXY.get(one.id, one.name)}"'


def read_techniques(tags: Iterable[str]) -> tuple[str, ...]:
    """Ids of the techniques that the tags name; others are passed over."""
    return tuple(dict.fromkeys(_ID_OF[tag] for tag in tags if tag in _ID_OF))


_ID_OF: Final = {technique_tag(one): one for one in TECHNIQUES} | {
    f'misp-galaxy:{ATLAS_GALAXY}="{one.name}"': one.id for one in TECHNIQUES.values() if one.source != OWN
}
