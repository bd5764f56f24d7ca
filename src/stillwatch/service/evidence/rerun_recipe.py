"""How the figures of a dossier are worked out again from its keys, and what must come out.

>>> recipe = Recipe.read(Recipe(settings={"fdr": 0.01, "seed": 7}, expected={"accounts": 60}).write())
>>> recipe.settings["seed"], recipe.expected["accounts"]
(7, 60)

The recipe is a command that anybody can type (`command`), and figures. Members go by the names that they have in the
keys. A figure that is a probability may differ in its last digits between machines, a count may not.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.blank_quotes import blank_quotes
from stillwatch.core.errors import InputError
from stillwatch.core.version import VERSION
from stillwatch.logs.export_keys import ACCOUNTS_FILE
from stillwatch.service.document import campaign_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stillwatch.core.campaign import Campaign
    from stillwatch.service.settings import ScanSettings

_SCHEMA: Final = "stillwatch.recipe/1"
_CLOSE: Final = 1e-6
"""Relative: sums of floats depend on the order in which a machine's vector units add."""
_NOT_FIGURES: Final = ("id", "screened")
LEDGER_FILE: Final = "authorised.toml"


class Difference(NamedTuple):
    field: str
    """JSON pointer into the campaign."""
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    version: str = VERSION
    code: str = ""
    """Digest of the code that finds campaigns (`evaluation.board_plan`)."""
    exchanges: int = 0
    """In the keys."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of the scan: `fdr`, `seed`, and which files there are beside the keys."""
    expected: Mapping[str, Any] = field(default_factory=dict)
    """The campaign as a scan of the keys must find it."""
    keys_sha256: Mapping[str, str] = field(default_factory=dict)
    """Of each file of the keys, by its path below them."""
    tried: Sequence[str] | None = None
    """Fields that came out otherwise when it was run before it was handed out; None = it was not run."""

    @classmethod
    def of(
        cls,
        campaign: Campaign,
        tokens: Mapping[str, str],
        settings: ScanSettings,
        *,
        has_accounts: bool,
        has_ledger: bool,
    ) -> Recipe:
        """The recipe for one campaign, under the names that its accounts have in the keys."""
        said = {"fdr": settings.fdr, "seed": settings.seed, "accounts": has_accounts, "authorised": has_ledger}
        return cls(settings=said, expected=_figures(campaign_document(campaign), tokens))

    @property
    def command(self) -> str:
        """What to type in the folder `analysis` of the unpacked package."""
        files = {"accounts": ACCOUNTS_FILE, "authorised": LEDGER_FILE}
        beside = "".join(f" --{name} sketches/{file}" for name, file in files.items() if self.settings.get(name))
        how = f"--fdr {self.settings['fdr']} --seed {self.settings['seed']} --out again"
        return f"stillwatch scan --store sketches{beside} {how}"

    def write(self) -> bytes:
        """The recipe as JSON, with the command in it."""
        plain = {"schema": _SCHEMA, "command": self.command, **asdict(self)}
        return orjson.dumps(plain, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def read(cls, data: bytes, where: str = "") -> Recipe:
        """Read it back.

        Raises:
            InputError: It is none.
        """
        try:
            plain: dict[str, Any] = orjson.loads(data)
            if plain.pop("schema") != _SCHEMA:
                raise InputError("a recipe of another version", where=where, mend="take the version that it names")
            del plain["command"]
            return cls(**plain)
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"no recipe: {error!r}", where=where, mend="ask for the package again") from error

    @property
    def said(self) -> str:
        """What is to be said against the recipe; empty where every figure came out."""
        if self.tried is None:
            return "the recipe was not run before it was handed out"
        if self.tried:
            return f"run again from the keys, {len(self.tried)} figures come out otherwise: {', '.join(self.tried[:8])}"
        return ""

    def tried_with(self, found: Iterable[Campaign]) -> Recipe:
        """The recipe, with what a run of it gave."""
        return replace(self, tried=tuple(one.field for one in self.differences(found)))

    def differences(self, found: Iterable[Campaign]) -> tuple[Difference, ...]:
        """What a scan of the keys found otherwise; the campaign is the one that shares most members."""
        names = {one["account_id"] for one in self.expected["members"]}
        ranked = sorted(found, key=lambda one: -len(names & {member.account_id for member in one.members}))
        if not ranked:
            return (Difference("", "a campaign", "none"),)
        again = _figures(campaign_document(ranked[0]), {})
        return tuple(_differences(self.expected, again, ""))


def _figures(document: dict[str, Any], tokens: Mapping[str, str]) -> dict[str, Any]:
    """The campaign without its id, which is made of its members' names; those as tokens, in their order.

    Sentences are compared without what they quote and whom they name, which an export knows by other names.
    """
    names = [one["account_id"] for one in document["members"]]
    plain = {name: _without(value, names) for name, value in document.items() if name not in _NOT_FIGURES}
    members = [
        {**said, "account_id": tokens.get(one["account_id"], one["account_id"])}
        for said, one in zip(plain["members"], document["members"], strict=True)
    ]
    return {**plain, "members": sorted(members, key=lambda one: one["account_id"])}


def _without(value: Any, names: Sequence[str]) -> Any:
    if isinstance(value, str):
        return blank_quotes(value, names)
    if isinstance(value, dict):
        return {name: _without(held, names) for name, held in value.items()}
    return [_without(one, names) for one in value] if isinstance(value, list) else value


def _differences(one: Any, other: Any, place: str) -> Iterator[Difference]:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for name in one:
            yield from _differences(one[name], other[name], f"{place}/{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differences(left, right, f"{place}/{number}")
    elif isinstance(one, float) and isinstance(other, int | float):
        if not math.isclose(one, other, rel_tol=_CLOSE, abs_tol=1e-300):
            yield Difference(place, one, other)
    elif one != other:
        yield Difference(place, one, other)
