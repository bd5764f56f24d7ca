"""Who looks at what customers wrote, and why: noted before it is shown.

    [access]                       # in log.toml, where readers of the log see it too
    reason = "required"            # or "welcome", which is the default
    samples_in_report = false      # the report of a scan shows none; true is the default

Where a log is named, opening samples is noted, and what cannot be noted is not shown. Where a reason is required, none
means nothing is shown.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import SettingsError
from stillwatch.core.leaf import LeafKind
from stillwatch.service.evidence.log_settings import SETTINGS, policy_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stillwatch.core.campaign import ScanResult
    from stillwatch.service.evidence.acted import Acted
    from stillwatch.service.evidence.notebook import Notebook

_FIELDS: Final = frozenset(("reason", "samples_in_report"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRules:
    needs_reason: bool = False
    shows_samples: bool = True
    """Whether the report of a scan shows samples of prompts."""


def access_rules(folder: Path) -> AccessRules:
    """What the log in a folder asks of those who look.

    Raises:
        SettingsError: There is no log, or its settings are damaged.
    """
    policy_of(folder)
    path = folder / SETTINGS
    read = tomllib.loads(path.read_text("utf-8")).get("access", {})
    reason, shows = read.get("reason", "welcome"), read.get("samples_in_report", True)
    if reason not in ("required", "welcome") or not isinstance(shows, bool) or read.keys() - _FIELDS:
        mend = 'write reason = "required" or "welcome", and samples_in_report = true or false'
        raise SettingsError("[access] is not understood", where=str(path), mend=mend)
    return AccessRules(needs_reason=reason == "required", shows_samples=shows)


def note_access(book: Notebook, what: str, by: Acted, *, about: str, seen: Mapping[str, Any]) -> int:
    """Note that somebody is about to look at samples; give the number of the leaf.

    Args:
        book: Of a log.
        what: In one word, such as `explained`.
        by: Who, and why.
        about: The campaign's id.
        seen: What of it: accounts, numbers of samples.

    Raises:
        SettingsError: A reason is required and none is given; or it cannot be noted.
        VerificationError: Somebody has changed the log.
    """
    if access_rules(book.log.folder).needs_reason and not by.reason.strip():
        raise SettingsError("samples are shown to those who say why", where=about, mend="give --reason")
    said = {"who": by.plain(), "campaign": about, "seen": dict(seen)}
    return book.note([book.said(LeafKind.ACCESS, what, said, about=about)])[0]


def without_samples(result: ScanResult) -> ScanResult:
    """The result with no sample of a prompt in its pictures."""
    return replace(result, pictures=tuple(replace(one, sample_text="") for one in result.pictures))
