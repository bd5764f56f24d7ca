r"""A policy out of its TOML file; each error names the line and the mend.

>>> policy = read_policy(
...     '''
... version = "2026-11-22.1"
... mode = "enforce"
... [[rule]]
... name = "operators"
... roles = ["operator"]
... least_confidence = 0.95
... respond = "throttle"
... requests_per_minute = 6
... per = "campaign"
... ''',
...     "policy.toml",
... )
>>> policy.rules[0].budget.interval_s
10.0

Nothing is guessed: an unknown field, a response without what it needs, or one that could deny on infrastructure alone
is refused. What a customer cannot see needs `unsafe_covert` with two persons, an end and the evaluators it spares.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from stillwatch.core.decision import Exposed, Obligations, Withhold
from stillwatch.core.errors import SettingsError
from stillwatch.core.key_standing import Role
from stillwatch.core.policy import DENYING, Budget, Covert, Mode, OnFailure, Policy, Response, Rule, Wants
from stillwatch.core.request_facts import Foreign, KeyName
from stillwatch.core.toml_text import TomlText, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T", bound=StrEnum)
_TOP: Final = ("version", "mode", "on_failure", "contact", "rule")
_RULE: Final = (
    *("name", "respond", "mode", "roles", "keys", "least_keys", "least_confidence", "sources", "subjects", "models"),
    *("paths", "wants", "foreign_reasoning", "organisations", "accounts", "unless_organisations", "unless_accounts"),
    *("reason", "unsafe_covert", "is_visible"),
)
_OF_RESPONSE: Final[dict[Response, tuple[str, ...]]] = {
    Response.THROTTLE: ("requests_per_minute", "tokens_per_minute", "burst", "per"),
    Response.CHALLENGE: ("url",),
    Response.TRIM: ("strip_logprobs", "max_choices", "max_tokens"),
    Response.WITHHOLD_REASONING: ("how", "if_exposed"),
    Response.TAG: ("tags",),
    Response.ROUTE: ("to",),
}
"""Fields that only one response has."""
_COVERT: Final = ("requested_by", "approved_by", "expires_at", "why", "exempt_organisations")
_KEYS: Final = {name.name.lower(): name for name in KeyName}
_WHO: Final = frozenset((KeyName.ACCOUNT, KeyName.API_KEY, KeyName.USER, KeyName.ORGANISATION, KeyName.TEAM))
_DEFAULT_KEYS: Final = frozenset((KeyName.ACCOUNT, KeyName.API_KEY))
_SOURCES: Final = ("scan", "intel", "list", "appeal")
_PER: Final = ("campaign", *(name for name in _KEYS if name != "template"))
_LEAST_TRACES: Final = 2


def read_policy(text: str, name: str) -> Policy:
    """Read a policy; `name` is what errors call the file.

    Raises:
        InputError: It is no TOML.
        SettingsError: It is no policy; names the line.
    """
    read = TomlText.of(text, name)
    document = read.document
    _refuse_unknown(document, _TOP, read.at_key)
    version = document.get("version")
    if not isinstance(version, str) or not version:
        raise SettingsError("a policy needs a version", where=name, mend='add version = "2026-01-31.1" at its top')
    mode = _member(Mode, document.get("mode", "shadow"), read.at_key("mode"))
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise SettingsError("rules are tables", where=read.at_key("rule"), mend="write each as [[rule]]")
    rules = tuple(_RuleTable(read, number, table, mode).rule() for number, table in enumerate(tables))
    _refuse_twice([rule.name for rule in rules], read)
    return Policy(
        version=version,
        mode=mode,
        on_failure=_member(OnFailure, document.get("on_failure", "allow"), read.at_key("on_failure")),
        rules=rules,
        contact=_text(document, "contact", read.at_key),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


@dataclass(frozen=True, slots=True)
class _RuleTable:
    """One `[[rule]]` with its place."""

    read: TomlText
    number: int
    table: dict[str, Any]
    policy_mode: Mode

    def rule(self) -> Rule:
        table = self.table
        respond = _member(Response, table.get("respond"), self.at("respond"))
        known = (*_RULE, *_OF_RESPONSE.get(respond, ()))
        _refuse_unknown(table, known, self.at)
        name = _text(table, "name", self.at)
        if not name:
            raise self.error("a rule needs a name", "name", 'add name = "…"')
        roles = frozenset(_member(Role, one, self.at("roles")) for one in self.texts("roles"))
        mode = _member(Mode, table.get("mode", self.policy_mode), self.at("mode"))
        rule = Rule(
            name=name,
            respond=respond,
            mode=Mode.SHADOW if self.policy_mode is Mode.SHADOW else mode,
            roles=roles,
            names=self.names(),
            least_keys=self.whole("least_keys", 1),
            least_confidence=self.share("least_confidence"),
            sources=frozenset(_one_of(_SOURCES, one, self.at("sources")) for one in self.texts("sources")),
            subjects=frozenset(self.texts("subjects")),
            models=self.texts("models"),
            paths=self.texts("paths"),
            wants=frozenset(_member(Wants, one, self.at("wants")) for one in self.texts("wants")),
            foreign_reasoning=frozenset(
                _member(Foreign, one, self.at("foreign_reasoning")) for one in self.texts("foreign_reasoning")
            ),
            organisations=frozenset(self.texts("organisations")),
            accounts=frozenset(self.texts("accounts")),
            unless_organisations=frozenset(self.texts("unless_organisations")),
            unless_accounts=frozenset(self.texts("unless_accounts")),
            reason=_text(table, "reason", self.at),
            obligations=self.obligations(respond),
            budget=self.budget() if respond is Response.THROTTLE else None,
            challenge_url=self.needed("url") if respond is Response.CHALLENGE else "",
            covert=self.covert(),
        )
        self.refuse_unfounded(rule)
        self.refuse_covert_without_leave(rule)
        return rule

    def names(self) -> frozenset[int]:
        names = frozenset(_KEYS[_one_of(tuple(_KEYS), one, self.at("keys"))] for one in self.texts("keys"))
        return names or _DEFAULT_KEYS

    def refuse_unfounded(self, rule: Rule) -> None:
        """A denial must rest on something that says who it is, or on several traces at once."""
        if rule.respond not in DENYING or rule.respond is Response.THROTTLE:
            return
        if rule.roles:
            if not rule.names & _WHO and rule.least_keys < _LEAST_TRACES:
                what = f"{rule.name!r} would {rule.respond} on a single trace that honest customers may share"
                raise self.error(what, "keys", f"set least_keys = {_LEAST_TRACES} or more, or name account or api_key")
        elif not any((rule.organisations, rule.accounts, rule.wants, rule.paths, rule.models, rule.foreign_reasoning)):
            what = f"{rule.name!r} would {rule.respond} every request"
            raise self.error(what, "respond", "name roles, accounts, organisations, models, paths, wants …")

    def refuse_covert_without_leave(self, rule: Rule) -> None:
        is_visible = self.table.get("is_visible", rule.respond not in (Response.TAG, Response.ROUTE))
        if not isinstance(is_visible, bool):
            raise self.error("is_visible is true or false", "is_visible", "write is_visible = true")
        if not is_visible and rule.covert is None and rule.respond is not Response.ALLOW:
            mend = "set is_visible = true, which tells the customer in a header, or add [rule.unsafe_covert]"
            raise self.error(f"{rule.name!r} would change answers without the customer seeing it", "respond", mend)
        if is_visible and rule.covert is not None:
            raise self.error(f"{rule.name!r} is both visible and covert", "unsafe_covert", "set is_visible = false")

    def obligations(self, respond: Response) -> Obligations:
        if respond is Response.TRIM:
            made = Obligations(
                strip_logprobs=self.switch("strip_logprobs"),
                max_choices=self.whole("max_choices", 0),
                max_tokens=self.whole("max_tokens", 0),
            )
            if made == Obligations():
                raise self.error("nothing is trimmed", "respond", "add strip_logprobs, max_choices or max_tokens")
            return made
        if respond is Response.WITHHOLD_REASONING:
            how = _one_of(("strip", "summarise"), self.table.get("how", "strip"), self.at("how"))
            if_exposed = _member(Exposed, self.table.get("if_exposed", "report"), self.at("if_exposed"))
            return Obligations(withhold_reasoning=Withhold(how), if_exposed=if_exposed)
        if respond is Response.TAG:
            if not (tags := self.texts("tags")):
                raise self.error("no tag is named", "tags", 'add tags = ["…"]')
            return Obligations(tags=tags)
        return Obligations(route_to=self.needed("to")) if respond is Response.ROUTE else Obligations()

    def budget(self) -> Budget:
        rates = [name for name in ("requests_per_minute", "tokens_per_minute") if name in self.table]
        if len(rates) != 1:
            mend = "give requests_per_minute or tokens_per_minute, one of them"
            raise self.error("a throttle needs a rate", "respond", mend)
        rate = self.table[rates[0]]
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not rate > 0:
            raise self.error(f"{rates[0]} must be above 0", rates[0], "to refuse everything, respond with block")
        burst = self.whole("burst", max(1, int(rate)))
        if burst < 1:
            raise self.error("burst must be 1 or more", "burst", "leave it out for one minute's worth")
        return Budget(
            per=_one_of(_PER, self.table.get("per", "account"), self.at("per")),
            interval_s=60.0 / rate,
            burst=burst,
            counts_tokens=rates[0] == "tokens_per_minute",
        )

    def covert(self) -> Covert | None:
        table = self.table.get("unsafe_covert")
        if table is None:
            return None
        if not isinstance(table, dict):
            raise self.error("unsafe_covert is a table", "unsafe_covert", "write [rule.unsafe_covert]")
        _refuse_unknown(table, _COVERT, self.at)
        asked, approved, why = (_text(table, key, self.at) for key in ("requested_by", "approved_by", "why"))
        if not (asked and approved and why) or asked.casefold() == approved.casefold():
            mend = "name requested_by, another person as approved_by, and why"
            raise self.error("a covert response needs two persons", "unsafe_covert", mend)
        expires_at, exempts = table.get("expires_at"), table.get("exempt_organisations")
        if not isinstance(expires_at, datetime):
            raise self.error("a covert response needs an end", "unsafe_covert", "add expires_at = 2026-01-31T00:00:00Z")
        if not isinstance(exempts, list) or not all(isinstance(one, str) and one for one in exempts):
            mend = "add exempt_organisations = [...], those that evaluate the model; [] if there are none"
            raise self.error("a covert response must spare evaluators", "unsafe_covert", mend)
        return Covert(
            requested_by=asked,
            approved_by=approved,
            expires_at=expires_at if expires_at.tzinfo else expires_at.replace(tzinfo=UTC),
            why=why,
            exempts=tuple(exempts),
        )

    def at(self, key: str) -> str:
        """`file:line` of a key of this rule, or of the rule."""
        own = self.read.at_table("rule", self.number)
        line = int(own.rpartition(":")[2]) if ":" in own else 1
        return self.read.at_key(key, line) if _holds(self.table, key) else own

    def error(self, what: str, key: str, mend: str) -> SettingsError:
        return SettingsError(what, where=self.at(key), mend=mend)

    def texts(self, key: str) -> tuple[str, ...]:
        found = self.table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
            raise self.error(f"{key} is a list of texts", key, f'write {key} = ["…"]')
        return tuple(found)

    def whole(self, key: str, default: int) -> int:
        found = self.table.get(key, default)
        if isinstance(found, bool) or not isinstance(found, int) or found < 0:
            raise self.error(f"{key} is a whole number, 0 or more", key, f"write {key} = {max(1, default)}")
        return found

    def share(self, key: str) -> float:
        found = self.table.get(key, 0.0)
        if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= 1:
            raise self.error(f"{key} is a probability", key, "give 0 to 1")
        return float(found)

    def switch(self, key: str) -> bool:
        found = self.table.get(key, False)
        if not isinstance(found, bool):
            raise self.error(f"{key} is true or false", key, f"write {key} = true")
        return found

    def needed(self, key: str) -> str:
        found = _text(self.table, key, self.at)
        if not found:
            raise self.error(f"{self.table['respond']} needs {key}", "respond", f'add {key} = "…"')
        return found


def _holds(table: dict[str, Any], key: str) -> bool:
    return key in table or any(isinstance(inner, dict) and key in inner for inner in table.values())


def _refuse_unknown(table: dict[str, Any], known: tuple[str, ...], at: Callable[[str], str]) -> None:
    for key in table:
        if key not in known:
            raise SettingsError(f"unknown field {key!r}", where=at(key), mend=suggestion(key, known))


def _refuse_twice(names: list[str], read: TomlText) -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            where = read.at_table("rule", number)
            raise SettingsError(f"a second rule {name!r}", where=where, mend="give each rule a name of its own")


def _text(table: dict[str, Any], key: str, at: Callable[[str], str]) -> str:
    found = table.get(key, "")
    if not isinstance(found, str):
        raise SettingsError(f"{key} is a text", where=at(key), mend=f'write {key} = "…"')
    return found


def _one_of(known: tuple[str, ...], value: Any, where: str) -> str:
    if value not in known:
        raise SettingsError(f"unknown value {value!r}", where=where, mend=suggestion(str(value), known))
    return str(value)


def _member(kind: type[_T], value: Any, where: str) -> _T:
    return kind(_one_of(tuple(kind), value, where))
