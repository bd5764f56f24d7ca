"""A scenario: what a labelled log is composed of, as frozen values read from TOML.

A population is a kind from `kinds.toml` with its own values on top; every kind goes through the same code, so a kind is
only a row of a table. A smallest scenario:

    name = "tiny"
    days = 2
    [[population]]
    name = "people"
    kind = "chat_people"
    accounts = 20
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

_Value = TypeVar("_Value")
_JUNE: Final = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a population asks for."""

    source: tuple[str, ...] = ("grammar:chat",)
    """`grammar:FAMILY` or `corpus:FILE` (under the corpora folder); several are pooled."""
    prompts_of: str = ""
    """Name of a population whose source, stage, template, system prompt and reply lengths are taken over."""
    fixed_of: str = ""
    """Name of a population whose fixed system prompt is taken over, and nothing else."""
    draw: Literal["own", "queue", "whole", "fixed"] = "own"
    """own: without replacement in the population; queue: one work list split over the accounts; whole: each runs its
    own random part of the set; fixed: a few items again and again."""
    shard: Literal["modulo", "random", "sticky", "stealing"] = "random"
    """How a queue is split. stealing: whoever is free takes the next item."""
    group: bool = False
    """Give each account one `task` of the corpus for itself."""
    samples: int = 1
    """Copies of each prompt in the queue, spread over accounts."""
    portion: tuple[float, float] = (1.0, 1.0)
    """Share of the set that an account runs (whole), drawn between the two."""
    items: int = 0
    """Size of the set, 0 = all of it (grammar: as many as needed)."""
    stage: Literal["plain", "grading", "cleaning", "sweep", "probe", "replay", "tasks"] = "plain"
    """sweep: every exchange frames one of three questions in a new way; probe: as plain, told apart in the truth."""
    template: Literal["none", "shared", "account"] = "none"
    form: Literal["harvest", "reasoning", "app"] = "harvest"
    """Family of the template."""
    skeletons: int = 1
    """Number of differently worded templates in use side by side."""
    paraphrase: Literal["exact", "synonyms", "shuffled", "cut"] = "exact"
    """cut: the template breaks off somewhere in its second half."""
    languages: tuple[str, ...] = ("en",)
    """Languages that the template is translated into, side by side: en, es, fr, de or pt."""
    system: Literal["none", "shared", "account", "popular"] = "none"
    turns: float = 1.0
    """Mean user turns of a conversation."""
    turns_max: int = 1
    think_s: float = 45.0
    """Median pause between turns."""
    length: str = "prose"
    """Row of the output-length table: prose, long, short, code or score; `servegen:CLIENT` with a lengths file."""
    cover_share: float = 0.0
    """Share of the exchanges that are ordinary ones from the benign pool."""
    cover_source: tuple[str, ...] = ("grammar:chat",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """When a population works."""

    per_day: float = 5.0
    """Exchanges per account and active day (mean)."""
    spread: Literal["exact", "poisson", "lognormal"] = "poisson"
    """How accounts differ in volume."""
    sigma: float = 1.0
    """Of the log-normal spread."""
    rhythm: str = "person"
    """flat, person, office, night, class, runs, or `trace:CLIENT` with an arrivals file."""
    cv: float = 1.0
    """Coefficient of variation of the gaps: 0 even, 1 Poisson, more = bursty; -1 = the gaps of a real trace file."""
    zone: Literal["each", "one"] = "each"
    """Whether each account lives in its own time zone."""
    start_day: float = 0.0
    end_day: float = 1e9
    stagger_days: float = 0.0
    """Accounts begin at random within so many days after the start."""
    ramp_days: float = 0.0
    """Volume grows from nothing over so many days."""
    succession: bool = False
    """Accounts follow one another: each works only in its own part of the span (a key migration)."""
    trial_days: float = 0.0
    """Stop, or multiply by `trial_factor`, so many days after an account's start."""
    trial_factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a population connects from."""

    network: Literal["home", "datacentre", "vpn"] = "home"
    sharing: Literal["unique", "one", "few"] = "unique"
    """unique: each account its own; one: all behind one address; few: a handful for all."""
    addresses: int = 1
    """Addresses that one account uses over time (phones, CI runners, rotating proxies)."""
    datacentre_share: float = 0.0
    """Share of the accounts that connect from a datacentre instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Which software a population calls with."""

    client: Literal["each", "one", "sanitised"] = "each"
    params: Literal["each", "one"] = "each"
    clients: int = 1
    """Programs or browsers that one account is used from."""
    clients_kind: Literal["api", "chat", "agent"] = "api"
    end_users: int = 0
    """Customers whose ids the population sends in the end-user field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What the provider knows about the accounts."""

    organisation: Literal["none", "some", "one"] = "some"
    payment: Literal["unique", "one", "few"] = "unique"
    device: Literal["unique", "one", "few"] = "unique"
    mail: Literal["popular", "own", "one", "disposable"] = "popular"
    created: Literal["old", "fresh"] = "old"
    """fresh: within two weeks before the first use; old: log-uniform over three years."""
    missing_share: float = 0.15
    """Share of values that the provider does not have."""
    plans: tuple[str, ...] = ("free", "pro", "usage", "team")
    authorised: str = ""
    """Purpose in the authorised-use ledger; empty = not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What goes wrong, and what the population does then."""

    limited_share: float = 0.004
    """Requests that meet a 429."""
    declined_share: float = 0.0
    """Requests that the provider declines as against its rules, with a 400."""
    failed_share: float = 0.002
    """Requests that meet a 5xx outside incidents."""
    retry: Literal["same", "pool"] = "same"
    """Who carries on after an error: the same account, or another one of the population."""
    retry_on: tuple[int, ...] = (429, 500, 503)
    banned_share: float = 0.003
    """Accounts that the provider bans during the log."""
    ban_at_once_day: float = -1.0
    """Day on which all those bans fall; negative = each at its own time."""
    replaced_after_h: tuple[float, float] = (0.0, 0.0)
    """A banned account's work goes on with a new account after so many hours; (0, 0) = it ends."""
    probes: int = 0
    """So many fixed questions are asked within the hour after most refusals (403, 429), to tell what became of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    name: str
    kind: str
    label: Literal["campaign", "precursor", "benign", "twin"] = "benign"
    """precursor: what an operator does before a campaign; to be warned of, neither accused nor innocent."""
    accounts: int = 1
    operator: Literal["one", "each"] = "each"
    """Whether one party stands behind all accounts."""
    match_of: str = ""
    """A twin that is to be told from that population by neither prompts, lengths nor volume: it takes over the prompts
    (as `prompts_of`), pace and cover of it, and each account the load of one of its accounts drawn at random."""
    match_share: float = 0.0
    """Accounts as a share of those of `match_of`; 0 = as many as `accounts` says."""
    continues: str = ""
    """Name of a population whose operator this is as well."""
    pool_of: str = ""
    """Run on the accounts of that population instead of own ones (second operator, innocent customers of a relay)."""
    pivot: Literal["slow", "fast", "never", "only"] = "slow"
    """Move to a newly released model: over weeks, within 24 hours, not at all, or only ever use the new one."""
    work: Work = field(default_factory=Work)
    pace: Pace = field(default_factory=Pace)
    place: Place = field(default_factory=Place)
    caller: Caller = field(default_factory=Caller)
    registry: Registry = field(default_factory=Registry)
    fate: Fate = field(default_factory=Fate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    name: str
    popularity: float = 1.0
    released_day: float = -1.0
    """Negative: older than the log."""
    reasons: bool = False
    """Whether its replies carry signed reasoning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A provider outage: for so many hours, that share of everybody's requests fails with a 5xx."""

    start_day: float
    hours: float = 1.0
    failed_share: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    name: str
    about: str = ""
    """One line for the library's list."""
    covers: str = ""
    """Which row of the threat model it stands for."""
    days: float = 14.0
    starts_at: datetime = _JUNE
    seed: int = 1
    reply_bytes: int = 240
    """Replies in the log are shortened to about so many bytes; token counts are not."""
    windows_file: str = ""
    """Arrival windows of real clients (Parquet), under the corpora folder; needed by rhythm `trace:`."""
    gaps_file: str = ""
    """A real trace whose gaps are used where cv is -1."""
    lengths_file: str = ""
    """Token-length tables of real clients (Parquet), needed by length `servegen:`."""
    datacentre_file: str = ""
    vpn_file: str = ""
    models: tuple[Model, ...] = (
        Model(name="harbour-2", popularity=6.0, reasons=True),
        Model(name="harbour-2-mini", popularity=3.0),
        Model(name="harbour-1", popularity=1.0),
    )
    incidents: tuple[Incident, ...] = ()
    population: tuple[Population, ...] = ()

    def scaled(self, scale: float) -> Scenario:
        """The same with `scale` times the accounts (at least two where there were several)."""
        scaled = (
            replace(one, accounts=max(min(one.accounts, 2), round(one.accounts * scale))) for one in self.population
        )
        return replace(self, population=tuple(scaled))


def load_scenario(path: Path) -> Scenario:
    """Read a scenario; populations of the files that it includes come after its own."""
    table = _read_toml(path)
    listed = list(table.get("population", []))
    for name in table.pop("include", []):
        listed += _read_toml(path.parent / name).get("population", [])
    return read_scenario({**table, "population": listed}, where=str(path))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(str(error), where=str(path), mend="a scenario is a TOML file") from error


def read_scenario(table: dict[str, Any], *, where: str) -> Scenario:
    """Check a parsed table and merge every population with its kind."""
    kinds = _kinds()
    listed = []
    for number, row in enumerate(table.get("population", [])):
        kind = row.get("kind")
        if kind not in kinds:
            raise InputError(
                f"unknown kind {kind!r}", where=f"{where}: population {number + 1}", mend=f"one of {', '.join(kinds)}"
            )
        listed.append(_merged(kinds[kind], row))
    scenario = _build(Scenario, {**table, "population": listed}, where)
    _check(scenario, where)
    return scenario


@cache  # see `_hints`
def _kinds() -> dict[str, Any]:
    return tomllib.loads((files("stillwatch.evaluation") / "kinds.toml").read_text(encoding="utf-8"))


def _check(scenario: Scenario, where: str) -> None:
    names = [one.name for one in scenario.population]
    if not names:
        raise InputError("no population", where=where, mend="add [[population]]")
    for one in scenario.population:
        if names.count(one.name) > 1:
            raise InputError(f"two populations named {one.name!r}", where=where, mend="rename one")
        for other in filter(None, (one.work.prompts_of, one.work.fixed_of, one.continues, one.pool_of, one.match_of)):
            if other not in names[: names.index(one.name)]:
                raise InputError(
                    f"{one.name!r} refers to {other!r}", where=where, mend="name a population that stands before it"
                )


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        merged[name] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


@cache  # with that of the kinds: reading the library took 3.6 s of processor time without, 0.3 s with
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _build(cls: type[_Value], table: dict[str, Any], where: str) -> _Value:
    hints = _hints(cls)  # type: ignore[arg-type]  # a class is hashable
    known = {one.name for one in fields(cls)}  # type: ignore[arg-type]  # always called with a dataclass
    for name in table:
        if name not in known:
            raise InputError(f"unknown field {name!r}", where=where, mend=f"one of {', '.join(sorted(known))}")
    try:
        return cls(**{name: _convert(hints[name], value, f"{where}: {name}") for name, value in table.items()})
    except TypeError as error:
        raise InputError(str(error), where=where) from error


def _convert(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if is_dataclass(hint) and isinstance(hint, type) and isinstance(value, dict):
        return _build(hint, value, where)
    if origin is Literal and value in arguments:
        return value
    if origin is tuple and isinstance(value, list):
        return tuple(_convert(arguments[0], one, where) for one in value)
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and type(value) is hint:
        return value
    expected = ", ".join(map(str, arguments)) if origin is Literal else getattr(hint, "__name__", str(hint))
    raise InputError(f"{value!r} does not fit", where=where, mend=f"expected {expected}")
