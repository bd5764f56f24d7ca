"""One rule out of its table in a policy file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from stillwatch.core.decision import Exposed, Obligations, Withhold
from stillwatch.core.key_standing import Role
from stillwatch.core.policy import Budget, Covert, Mode, Response, Rule, Wants
from stillwatch.core.request_facts import Foreign, KeyName
from stillwatch.guard.policy_fields import COUNTED_BY, COVERT, KEYS, OF_RESPONSE, RULE, SOURCES
from stillwatch.guard.refuse_rule import refuse_rule
from stillwatch.guard.rule_table import RuleTable, member, one_of, refuse_unknown, text_of

_DEFAULT_KEYS: Final = frozenset((KeyName.ACCOUNT, KeyName.API_KEY))


def read_rule(table: RuleTable, policy_mode: Mode) -> Rule:
    """Read a rule; in a policy in shadow each rule is.

    Raises:
        SettingsError: It is no rule, or one that must not be; names the line.
    """
    respond = member(Response, table.table.get("respond"), table.at("respond"))
    refuse_unknown(table.table, (one.name for one in (*RULE, *OF_RESPONSE.get(respond, ()))), table.at)
    if not table.text("name"):
        raise table.error("a rule needs a name", "name", 'add name = "…"')
    mode = member(Mode, table.table.get("mode", policy_mode), table.at("mode"))
    rule = Rule(
        name=table.text("name"),
        respond=respond,
        mode=Mode.SHADOW if policy_mode is Mode.SHADOW else mode,
        roles=table.members(Role, "roles"),
        names=frozenset(KEYS[one_of(tuple(KEYS), one, table.at("keys"))] for one in table.texts("keys"))
        or _DEFAULT_KEYS,
        least_keys=table.whole("least_keys", 1),
        least_confidence=table.share("least_confidence"),
        sources=frozenset(one_of(SOURCES, one, table.at("sources")) for one in table.texts("sources")),
        subjects=frozenset(table.texts("subjects")),
        models=table.texts("models"),
        paths=table.texts("paths"),
        wants=table.members(Wants, "wants"),
        foreign_reasoning=table.members(Foreign, "foreign_reasoning"),
        organisations=frozenset(table.texts("organisations")),
        accounts=frozenset(table.texts("accounts")),
        unless_organisations=frozenset(table.texts("unless_organisations")),
        unless_accounts=frozenset(table.texts("unless_accounts")),
        unless_licensed=table.members(Wants, "unless_licensed"),
        reason=table.text("reason"),
        obligations=_obligations(table, respond),
        budget=_budget(table) if respond is Response.THROTTLE else None,
        challenge_url=_url(table) if respond is Response.CHALLENGE else "",
        covert=_covert(table),
    )
    refuse_rule(table, rule)
    return rule


def _obligations(table: RuleTable, respond: Response) -> Obligations:
    if respond is Response.TRIM:
        made = Obligations(
            strip_logprobs=table.switch("strip_logprobs"),
            strip_prompt_logprobs=table.switch("strip_prompt_logprobs"),
            max_logprobs=table.whole("max_logprobs", 0),
            logprob_decimals=table.whole("logprob_decimals", 0),
            strip_sampler=table.switch("strip_sampler"),
            max_choices=table.whole("max_choices", 0),
            max_tokens=table.whole("max_tokens", 0),
        )
        if made == Obligations():
            raise table.error("nothing is trimmed", "respond", "add strip_logprobs, max_logprobs, max_tokens …")
        return made
    if respond is Response.WITHHOLD_REASONING:
        how = one_of(("strip", "summarise"), table.table.get("how", "strip"), table.at("how"))
        if_exposed = member(Exposed, table.table.get("if_exposed", "report"), table.at("if_exposed"))
        return Obligations(withhold_reasoning=Withhold(how), if_exposed=if_exposed)
    if respond is Response.TAG:
        if not (tags := table.texts("tags")):
            raise table.error("no tag is named", "tags", 'add tags = ["…"]')
        return Obligations(tags=tags)
    return Obligations(route_to=table.needed("to")) if respond is Response.ROUTE else Obligations()


def _budget(table: RuleTable) -> Budget:
    rates = [name for name in ("requests_per_minute", "tokens_per_minute") if name in table.table]
    if len(rates) != 1:
        mend = "give requests_per_minute or tokens_per_minute, one of them"
        raise table.error("a throttle needs a rate", rates[-1] if rates else "respond", mend)
    rate = table.rate(rates[0])
    burst = table.whole("burst", max(1, int(rate)))
    if burst < 1:
        raise table.error("burst must be 1 or more", "burst", "leave it out for one minute's worth")
    return Budget(
        per=one_of(COUNTED_BY, table.table.get("per", "account"), table.at("per")),
        interval_s=60.0 / rate,
        burst=burst,
        counts_tokens=rates[0] == "tokens_per_minute",
    )


def _url(table: RuleTable) -> str:
    url = table.needed("url")
    if not url.startswith(("https://", "http://")):
        raise table.error(f"{url!r} is no address of a page", "url", 'write url = "https://…"')
    return url


def _covert(table: RuleTable) -> Covert | None:
    leave: dict[str, Any] | None = table.table.get("unsafe_covert")
    if leave is None:
        return None
    if not isinstance(leave, dict):
        raise table.error("unsafe_covert is a table", "unsafe_covert", "write [rule.unsafe_covert]")
    refuse_unknown(leave, (one.name for one in COVERT), table.at)
    asked, approved, why = (text_of(leave, key, table.at) for key in ("requested_by", "approved_by", "why"))
    if not (asked.strip() and approved.strip() and why.strip()):
        mend = "name requested_by, another person as approved_by, and why"
        raise table.error("a covert response needs two persons and a reason", "unsafe_covert", mend)
    if asked.strip().casefold() == approved.strip().casefold():
        raise table.error("a covert response needs two persons", "approved_by", "name another person as approved_by")
    expires_at, exempts = leave.get("expires_at"), leave.get("exempt_organisations")
    if not isinstance(expires_at, datetime):
        mend = "add expires_at = 2026-01-31T00:00:00Z"
        raise table.error("a covert response needs an end", "expires_at" if expires_at else "unsafe_covert", mend)
    if not isinstance(exempts, list) or not all(isinstance(one, str) and one for one in exempts):
        mend = "add exempt_organisations = [...], those that evaluate the model; [] if there are none"
        raise table.error("a covert response must spare evaluators", "unsafe_covert", mend)
    return Covert(
        requested_by=asked,
        approved_by=approved,
        expires_at=expires_at if expires_at.tzinfo else expires_at.replace(tzinfo=UTC),
        why=why,
        exempts=tuple(exempts),
    )
