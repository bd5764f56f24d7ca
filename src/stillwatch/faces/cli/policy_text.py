"""A policy in words, rule by rule, and what it would have done, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Withhold
from stillwatch.core.policy import Mode, Response
from stillwatch.core.request_facts import KeyName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from stillwatch.core.policy import Policy, Rule
    from stillwatch.core.tried import Trial, Tried

_MOST_ROWS: Final = 20


def ladder(policy: Policy) -> Iterator[str]:
    """The policy in words, a line or two a rule, in the order in which they are asked."""
    failing = "lets it through" if policy.on_failure == "allow" else "refuses it"
    mode = "in force" if policy.mode is Mode.ENFORCE else "in shadow: it only watches"
    yield f"policy {policy.version}, {mode}; a request that cannot be decided on: {failing}"
    for number, rule in enumerate(policy.rules, 1):
        mode = "" if rule.mode is policy.mode else f" [{rule.mode}]"
        yield f"{number:>3}. {rule.name}{mode}: {_response(rule)}, {_condition(rule)}"
        if rule.covert is not None:
            one = rule.covert
            spared = f"; spares {_listed(one.exempts)}" if one.exempts else ""
            asked = f"asked for by {one.requested_by}, approved by {one.approved_by}, until {one.expires_at:%Y-%m-%d}"
            yield f"     COVERT: {asked}{spared}; {one.why}"


def _response(rule: Rule) -> str:
    """What happens, as the verb of a sentence."""
    o = rule.obligations
    if rule.respond is Response.TRIM:
        cuts = [
            *(["log-probabilities left out"] if o.strip_logprobs else []),
            *(["log-probabilities of the prompt left out"] if o.strip_prompt_logprobs else []),
            *([f"{o.max_logprobs} alternatives at most"] if o.max_logprobs else []),
            *([f"log-probabilities to {o.logprob_decimals} decimals"] if o.logprob_decimals else []),
            *(["the client's sampler fields left out"] if o.strip_sampler else []),
            *([f"{o.max_choices} choices at most"] if o.max_choices else []),
            *([f"{o.max_tokens:,} tokens at most"] if o.max_tokens else []),
        ]
        return f"trim ({', '.join(cuts)})"
    if rule.respond is Response.WITHHOLD_REASONING:
        return "leave reasoning out" if o.withhold_reasoning is Withhold.STRIP else "put a note in place of reasoning"
    if rule.respond is Response.THROTTLE and rule.budget is not None:
        unit = "tokens" if rule.budget.counts_tokens else "requests"
        rate = f"{60 / rule.budget.interval_s:,.6g} {unit} a minute for each {rule.budget.per.replace('_', ' ')}"
        return f"refuse (429) beyond {rate}, {rule.budget.burst:,} at once"
    return {
        Response.ALLOW: "let through, and ask no later rule",
        Response.OBSERVE: "note",
        Response.TAG: f"tag with {_listed(o.tags)}",
        Response.ROUTE: f"answer with {o.route_to}",
        Response.CHALLENGE: f"refuse (403) until identified at {rule.challenge_url}",
        Response.BLOCK: "refuse (403)",
    }[rule.respond]


def _condition(rule: Rule) -> str:
    """When, as the end of the sentence."""
    parts = []
    if rule.roles:
        names = _listed(KeyName(name).name.lower() for name in sorted(rule.names))
        least = f" by {rule.least_keys} of" if rule.least_keys > 1 else " by"
        sure = f" with confidence {rule.least_confidence:g} or more" if rule.least_confidence else ""
        parts.append(f"of {_listed(sorted(rule.roles))} known{least} {names}{sure}")
        if rule.sources:
            parts.append(f"said by {_listed(sorted(rule.sources))}")
        if rule.subjects:
            parts.append(f"of {_listed(sorted(rule.subjects))}")
    for title, values in (
        ("of the accounts", sorted(rule.accounts)),
        ("of the organisations", sorted(rule.organisations)),
        ("to the models", rule.models),
        ("at", rule.paths),
        ("that want", sorted(rule.wants)),
        ("with reasoning of a foreign", sorted(rule.foreign_reasoning)),
        ("but not of", sorted(rule.unless_accounts | rule.unless_organisations)),
        ("but not where licensed for", sorted(rule.unless_licensed)),
    ):
        if values:
            parts.append(f"{title} {_listed(str(value).replace('_', ' ') for value in values)}")
    return "requests " + ", ".join(parts) if parts else "all requests"


def tried_lines(tried: Tried) -> Iterator[str]:
    """The outcome of a trial: the whole, then rules, campaigns, and the accounts that stand nowhere."""
    trial = tried.trial
    span = f", {_moment(tried.first_at)} to {_moment(tried.last_at)}" if tried.first_at and tried.last_at else ""
    yield f"policy {trial.policy_version} on {tried.requests:,} requests of {tried.accounts:,} accounts{span}"
    unlisted = [one for one in trial.accounts if not one.role]
    yield (
        f"would have refused {trial.refused:,} and changed {trial.changed:,} requests, of {len(trial.accounts):,} "
        f"accounts; {len(unlisted):,} of these stand nowhere by themselves"
    )
    if trial.held_back:
        yield f"held back {trial.held_back:,} refusals: experimental signals, or a rule that only watches"
    yield from _table(
        ("rule", "respond", "matched", "refused", "changed", "accounts", "unlisted", "first"),
        [
            (
                *(one.rule, one.respond, f"{one.matched:,}", f"{one.refused:,}", f"{one.changed:,}"),
                *(f"{one.accounts:,}", f"{one.unlisted:,}", _moment(one.first_at)),
            )
            for one in trial.rules
        ],
    )
    yield from _table(
        ("campaign", "accounts", "matched", "refused", "changed", "first"),
        [
            (
                *(one.subject, f"{one.accounts:,}", f"{one.matched:,}", f"{one.refused:,}", f"{one.changed:,}"),
                _moment(one.first_at),
            )
            for one in trial.campaigns
        ],
    )
    yield from _accounts(trial)
    yield from _against(tried)
    for note in tried.notes:
        yield f"note: {note}"
    if tried.rejected or tried.faults:
        faults = f"; {'; '.join(tried.faults)}" if tried.faults else ""
        yield f"note: {tried.rejected:,} records could not be read{faults}"


def _accounts(trial: Trial) -> Iterator[str]:
    """Those that stand nowhere first: whoever is hit without a standing is honest, as far as is known."""
    ordered = sorted(trial.accounts, key=lambda one: bool(one.role))
    yield from _table(
        ("account", "stands as", "campaign", "requests", "refused", "changed", "first", "rules"),
        [
            (
                *(one.account_id, one.role or "-", one.subject or "-", f"{one.requests:,}", f"{one.refused:,}"),
                *(f"{one.changed:,}", _moment(one.first_at), ", ".join(one.rules)),
            )
            for one in ordered
        ],
    )


def _against(tried: Tried) -> Iterator[str]:
    if tried.against is None:
        return
    before = tried.against
    yield ""
    yield (
        f"against policy {before.policy_version}: refused {before.refused:,} → {tried.trial.refused:,}, changed "
        f"{before.changed:,} → {tried.trial.changed:,}; {len(tried.shifted):,} accounts are treated otherwise"
    )
    yield from _table(
        ("account", "stands as", "refused", "changed"),
        [
            (
                *(one.account_id, one.role or "-", f"{one.refused_before:,} → {one.refused:,}"),
                f"{one.changed_before:,} → {one.changed:,}",
            )
            for one in tried.shifted
        ],
    )


def _table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as what is in them, after an empty line; of many rows the first ones. Nothing without rows."""
    if not rows:
        return
    shown = rows[:_MOST_ROWS]
    widths = [max(len(cell) for cell in column) for column in zip(titles, *shown, strict=True)]
    yield ""
    for row in (titles, *shown):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if len(rows) > _MOST_ROWS:
        yield f"… and {len(rows) - _MOST_ROWS:,} more; --json names all"


def _listed(values: Iterable[str]) -> str:
    *most, last = [str(value) for value in values] or ["nobody"]
    return f"{', '.join(most)} or {last}" if most else last


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"
