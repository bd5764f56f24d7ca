"""A dossier as JSON, and the same as everybody may see it: what differs between the two is what is taken out.

Whatever names an account, quotes what was written, or says where a file lay is replaced in the public one; there is no
second list of fields that could fall behind. Page and PDF of the redacted tier are made from the public dossier.
"""

from __future__ import annotations

from dataclasses import asdict, is_dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.blank_quotes import blank_quotes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stillwatch.core.dossier import Dossier

_SCHEMA: Final = "stillwatch.dossier/1"
HIDDEN: Final = "⟨taken out⟩"
_NOT_IN_IT: Final = ("campaign", "run")
"""The campaign has a file of its own, and of the run the dossier says what matters."""


def public_dossier(dossier: Dossier) -> Dossier:
    """The dossier without what only the confidential tier shows."""
    names = [one.account for one in dossier.members]

    def said(text: str) -> str:
        """A sentence that may name a log file, too."""
        for number, one in enumerate(dossier.inputs, 1):
            text = text.replace(one.path, f"input {number}")
        return blank_quotes(text, names)

    return replace(
        dossier,
        run=replace(dossier.run, warnings=tuple(map(said, dossier.run.warnings))),
        statements=tuple(replace(one, text=one.public_text) for one in dossier.statements),
        alternatives=tuple(replace(one, because=blank_quotes(one.because, names)) for one in dossier.alternatives),
        limits=tuple(replace(one, text=said(one.text)) for one in dossier.limits),
        authorised=replace(dossier.authorised, matches=tuple(HIDDEN for _ in dossier.authorised.matches)),
        members=tuple(
            replace(one, account=one.token, because=blank_quotes(one.because, names)) for one in dossier.members
        ),
        samples=tuple(replace(one, text=HIDDEN) for one in dossier.samples),
        wordings=tuple(replace(one, words=HIDDEN if one.words else "") for one in dossier.wordings),
        inputs=tuple(replace(one, path=f"input {number}") for number, one in enumerate(dossier.inputs, 1)),
    )


def public_finding(finding: Mapping[str, Any], dossier: Dossier) -> dict[str, Any]:
    """The campaign as it stands in the result, in the same way."""
    names = [one.account for one in dossier.members]
    tokens = {one.account: one.token for one in dossier.members}
    screened = (
        {"screened": [dict.fromkeys(one, HIDDEN) for one in finding["screened"]]} if "screened" in finding else {}
    )
    told = ("evidence", "sets")
    return {
        **finding,
        **{name: [{**one, "because": blank_quotes(one["because"], names)} for one in finding[name]] for name in told},
        "members": [
            {**one, "account_id": tokens[one["account_id"]], "because": blank_quotes(one["because"], names)}
            for one in finding["members"]
        ],
        **screened,
    }


def document_of(dossier: Dossier) -> dict[str, Any]:
    """The dossier as `dossier.json` has it."""
    plain = {name: value for name, value in asdict(dossier).items() if name not in _NOT_IN_IT}
    run = dossier.run
    return {
        "schema": _SCHEMA,
        "campaign": dossier.campaign.id,
        "run": _plain({"version": run.version, "complete": run.complete, "fdr": run.fdr, "exchanges": run.exchanges}),
        **_plain(plain),
    }


def fields_that_differ(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """JSON pointers to the values in which two documents of one shape differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one:
            yield from fields_that_differ(
                one[name], other[name], f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
            )
    elif isinstance(one, list) and isinstance(other, list):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from fields_that_differ(left, right, f"{place}/{number}")
    elif one != other:
        yield place


def _plain(value: Any) -> Any:
    """Only what JSON has; times as RFC 3339, tuples with names as objects."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(name): _plain(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
