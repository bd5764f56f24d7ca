"""Try a policy on a log before it is followed: who would have been hit, by which rule, from when on.

tried = policy_try(TrySettings(policy=Path("policy.toml"), logs=("log.jsonl",)), now=datetime.now(UTC), progress=quiet)
for account in tried.trial.accounts:
    print(account.account_id, account.refused)

All rules are tried as if they were enforced, unless asked for as they are written; standings are taken as if they had
been known from the first request on. So the answer is the most that the policy would have done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from stillwatch.core.policy import Mode
from stillwatch.core.request_facts import BodySeen, KeyName, RequestFacts
from stillwatch.core.tried import Shifted, Trial, Tried
from stillwatch.guard.read_request import client_of
from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.files import expand
from stillwatch.logs.mapping import load_mapping
from stillwatch.logs.reading import Reading
from stillwatch.logs.request_rows import Templates, in_order, read_requests
from stillwatch.logs.unit import choose_unit
from stillwatch.service.guarding.policy_check import policy_check
from stillwatch.service.guarding.policy_trial import PolicyTrial
from stillwatch.service.guarding.trial_standings import trial_standings
from stillwatch.wire.addresses import neighbourhood
from stillwatch.wire.wishes import Wishes, read_wishes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.core.policy import Policy
    from stillwatch.guard.standings import Standings
    from stillwatch.logs.ingest import Progress
    from stillwatch.logs.request_rows import RequestRow
    from stillwatch.logs.sketching import Unit

_TELL_EVERY = 1 << 13


@dataclass(frozen=True, slots=True, kw_only=True)
class TrySettings:
    policy: Path
    logs: tuple[str, ...]
    against: Path | None = None
    """Another policy, such as the one in force, to compare with."""
    standings: Path | None = None
    """`standings.bin`, `standings.json` or `campaigns.json`; None = nobody stands anywhere."""
    accounts: Path | None = None
    """The accounts file, to know which identity of the log is the account."""
    unit: Unit | None = None
    format_name: str | None = None
    mapping: Path | None = None
    is_as_written: bool = False
    """Leave rules in shadow mode in it."""


def policy_try(settings: TrySettings, *, now: datetime, progress: Progress) -> Tried:
    """Replay the log through the policy, and through the other one where there is one.

    Raises:
        InputError: A log, the standings or a policy cannot be read.
        SettingsError: A policy is none.
    """
    policies = [policy_check(path, now=now).policy for path in (settings.policy, settings.against) if path is not None]
    standings = trial_standings(settings.standings)
    trials = [PolicyTrial(_tried(policy, is_as_written=settings.is_as_written), standings) for policy in policies]
    mapping = load_mapping(settings.mapping) if settings.mapping else None
    reading = Reading(format_name=settings.format_name, mapping=mapping)
    paths = expand(settings.logs)
    unit = settings.unit
    if unit is None and settings.accounts is not None:
        unit = choose_unit(paths, read_accounts(settings.accounts).table, reading)
    keys = standings.template_keys()
    templates = Templates(salt=standings.salt, keys=keys) if keys else None
    seen, first_at, last_at = set[str](), 0.0, 0.0
    with TemporaryDirectory(prefix="stillwatch-try-") as folder:
        found = read_requests(paths, reading, templates, spill=Path(folder), progress=progress)
        for number, row in enumerate(in_order(found.pieces)):
            if number % _TELL_EVERY == 0:
                progress("replaying", number, found.count)
            facts = _facts_of(row, unit)
            first_at, last_at = first_at or facts.at, facts.at
            seen.add(facts.account_id)
            signatures = tuple(row.reasoning_out.split("\n")) if row.reasoning_out else ()
            for trial in trials:
                trial.take(
                    facts,
                    tokens=row.input_tokens + row.output_tokens,
                    signatures=signatures,
                    ended_at=max(row.ended_at, row.started_at) / 1e9,
                )
        progress("replaying", found.count, found.count)
    results = [one.result() for one in trials]
    tried, against = results[0], results[1] if len(results) > 1 else None
    return Tried(
        requests=found.count,
        accounts=len(seen),
        first_at=_moment(first_at),
        last_at=_moment(last_at),
        rejected=found.rejected,
        faults=found.faults,
        notes=tuple(_notes(policies[0], standings, settings)),
        trial=tried,
        against=against,
        shifted=tuple(_shifted(against, tried)) if against else (),
    )


def _tried(policy: Policy, *, is_as_written: bool) -> Policy:
    """The policy as it is tried. A log does not hold the paths of requests, so a rule for some is tried on all."""
    rules = tuple(replace(rule, paths=(), mode=rule.mode if is_as_written else Mode.ENFORCE) for rule in policy.rules)
    return replace(policy, rules=rules, mode=policy.mode if is_as_written else Mode.ENFORCE)


def _notes(policy: Policy, standings: Standings, settings: TrySettings) -> Iterator[str]:
    if not standings.rows and any(rule.roles for rule in policy.rules):
        yield "no standings: rules for operators and the like spoke of nobody; name --standings"
    known = {KeyName.ACCOUNT} if settings.standings and settings.standings.suffix == ".json" else None
    for rule in policy.rules:
        if rule.paths:
            yield f"{rule.name!r} is for some paths, which a log does not hold: it was tried on all requests"
        if known and rule.roles and not rule.names & known:
            keys = ", ".join(sorted(KeyName(name).name.lower() for name in rule.names))
            yield f"{rule.name!r} looks for {keys}, which only standings.bin knows"


def _facts_of(row: RequestRow, unit: Unit | None) -> RequestFacts:
    wishes = _wishes_of(row.params)
    account = getattr(row, unit) if unit else _first(row)
    return RequestFacts(
        row.record_id,
        row.started_at / 1e9,
        account,
        row.api_key_id,
        row.user_id,
        row.org_id,
        row.team_id,
        row.end_user_id,
        row.client_address,
        neighbourhood(row.client_address) or "",
        client_of(row.user_agent, row.header_order, row.tls_ja4 or row.tls_ja3),
        model=row.request_model,
        templates=tuple(zip(row.templates[::2], row.templates[1::2], strict=True)),
        session_id=row.session_id,
        reasoning_in=tuple(row.reasoning_in.split("\n")) if row.reasoning_in else (),
        wants_logprobs=wishes.logprobs,
        wants_prompt_logprobs=wishes.prompt_logprobs,
        biases_tokens=wishes.biases_tokens,
        sets_sampler=wishes.sets_sampler,
        wants_reasoning=wishes.reasoning,
        choices=wishes.choices,
        max_tokens=wishes.max_tokens,
        is_stream=wishes.stream,
        body_seen=BodySeen.WHOLE,
    )


def _first(row: RequestRow) -> str:
    """The account as a scan calls it where it was not told which identity that is."""
    return row.account_id or row.api_key_id or row.user_id or row.team_id or row.org_id


@lru_cache(maxsize=4096)
def _wishes_of(params: str) -> Wishes:
    if not params:
        return Wishes()
    try:
        found = json.loads(params)
    except ValueError:
        return Wishes()
    return read_wishes(found) if isinstance(found, dict) else Wishes()


def _shifted(before: Trial, after: Trial) -> Sequence[Shifted]:
    """Accounts that the two treat otherwise, those first that are refused most beyond before."""
    old = {one.account_id: one for one in before.accounts}
    new = {one.account_id: one for one in after.accounts}
    out = []
    for name in old.keys() | new.keys():
        was, now = old.get(name), new.get(name)
        shifted = Shifted(
            account_id=name,
            role=(now or was).role if now or was else "",  # type: ignore[union-attr]  # one of them is there
            refused_before=was.refused if was else 0,
            refused=now.refused if now else 0,
            changed_before=was.changed if was else 0,
            changed=now.changed if now else 0,
        )
        if (shifted.refused, shifted.changed) != (shifted.refused_before, shifted.changed_before):
            out.append(shifted)
    return sorted(
        out, key=lambda one: (one.refused_before - one.refused, one.changed_before - one.changed, one.account_id)
    )


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
