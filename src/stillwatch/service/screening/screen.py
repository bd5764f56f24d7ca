"""Screen accounts against lists: who may be whom, who is owned by whom, and what is not known. Nobody is judged by it.

screened = screen(ScreenSettings(accounts=Path("accounts.csv"), lists=Path("lists")), clock=..., progress=...)

Each screen is kept on record whole before its result is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from stillwatch.core.screened import ReviewState, Screened
from stillwatch.core.version import VERSION
from stillwatch.screening.matcher import Matcher
from stillwatch.screening.ownership_rules import read_rules, rules_in_force
from stillwatch.screening.query import Query
from stillwatch.service.screening.candidates_of import asked_of, candidates_of
from stillwatch.service.screening.list_store import ListStore
from stillwatch.service.screening.open_lists import open_lists
from stillwatch.service.screening.owned_accounts import OwnershipFacts, owned_accounts, owner_names
from stillwatch.service.screening.read_holdings import ReadHoldings, read_holdings
from stillwatch.service.screening.read_subjects import read_subjects
from stillwatch.service.screening.records import RECORDS_FILE, RETAINED, ScreenRecords
from stillwatch.service.screening.screen_document import screen_record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date, datetime, timedelta
    from pathlib import Path

    from stillwatch.core.ownership import OwnershipRule
    from stillwatch.core.screened import Asked, Candidate, Review
    from stillwatch.screening.hit import Hit
    from stillwatch.service.screening.open_lists import OpenLists
    from stillwatch.service.screening.subject import Subject

_NO_HOLDINGS: Final = ReadHoldings((), {}, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenSettings:
    accounts: Path
    lists: Path
    """Folder of `stillwatch lists`; the record of screens stands in it."""
    names: tuple[str, ...] = ()
    """`NAME` or `NAME@DIGEST`; none = all lists in their newest versions."""
    rules: Path | None = None
    """Rules of ownership; None = ownership is not judged."""
    holdings: Path | None = None
    """File of who owns whom."""
    judged_on: date | None = None
    """None = today."""
    least_score: float = Matcher.threshold
    most_candidates: int = 10
    only: Collection[str] | None = None
    """Account ids; None = all of the file."""
    retained: timedelta = field(default=RETAINED)


def screen(
    settings: ScreenSettings,
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
    progress: Callable[[str, int, int], None],
) -> Screened:
    """Screen, and keep the record.

    Raises:
        InputError: A file cannot be used.
        SettingsError: There is no list, a rule is wrong, or the record cannot be opened.
        VerificationError: A list is not as it was added.
    """
    now = clock()
    day = settings.judged_on or now.date()
    lists = open_lists(ListStore(settings.lists, clock=clock), settings.names, today=day)
    rules = _rules(settings, day)
    read = read_subjects(settings.accounts)
    wanted = [one for one in read.subjects if settings.only is None or one.account_id in settings.only]
    held = _held(settings, lists, wanted)
    records = ScreenRecords(settings.lists / RECORDS_FILE, clock=now.timestamp, must_exist=False)
    try:
        ask = _Ask(lists, settings, records.reviews())
        asked, candidates = ask.all(wanted, progress)
        owners = owner_names(wanted, lists, held) if rules else {}
        known = OwnershipFacts(
            subjects=wanted,
            candidates=candidates,
            lists=lists,
            held=held,
            owner_sources={key: found for key, name in owners.items() if (found := ask.sources(name, candidates))},
        )
        screened = Screened(
            id=new_id(),
            screened_at=now,
            judged_on=day,
            version=VERSION,
            least_score=settings.least_score,
            most_candidates=settings.most_candidates,
            accounts=len(wanted),
            asked=tuple(asked),
            not_screened=tuple(
                one.account_id for one in wanted if all(named.column == "owner" for named in one.queries)
            ),
            lists=lists.versions,
            rules=rules,
            candidates=tuple(sorted(candidates, key=lambda one: (-one.score, one.asked.account_id, one.id))),
            owned=owned_accounts(known, rules, day=day),
            disagreements=lists.disagreements,
            warnings=(*lists.warnings, *_rule_warnings(rules), *_read_warnings(read.rejected)),
            faults=(*lists.faults, *((f"{settings.accounts}: {read.fault}",) if read.fault else ())),
        )
        records.keep(screened.id, screen_record(screened), retained=settings.retained)
    finally:
        records.close()
    return screened


class _Ask:
    """Asks the lists, each different question once: many accounts are of one organisation."""

    def __init__(self, lists: OpenLists, settings: ScreenSettings, reviews: dict[str, tuple[str, Review]]) -> None:
        self._lists, self._settings, self._reviews = lists, settings, reviews
        self._answers: dict[Query, tuple[Hit, ...]] = {}

    def all(
        self, subjects: list[Subject], progress: Callable[[str, int, int], None]
    ) -> tuple[list[Asked], list[Candidate]]:
        asked: list[Asked] = []
        candidates: list[Candidate] = []
        for number, one in enumerate(subjects):
            if number % 100 == 0:
                progress("screening", number, len(subjects))
            for named in one.queries:
                question = asked_of(one.account_id, named.column, named.query)
                asked.append(question)
                candidates += candidates_of(question, self._hits(named.query), self._lists, self._reviews)
        progress("screening", len(subjects), len(subjects))
        return asked, candidates

    def sources(self, name: str, candidates: list[Candidate]) -> frozenset[str]:
        """Sources on which somebody may be of an owner's name, unless a person has found that it is somebody else."""
        cleared = {
            (one.source, one.source_id)
            for one in candidates
            if one.state is ReviewState.NO_MATCH and one.asked.column == "owner" and one.asked.name == name
        }
        hits = (hit.entity for hit in self._hits(Query(name=name)))
        return frozenset(one.list_name for one in hits if (one.list_name, one.source_id) not in cleared)

    def _hits(self, query: Query) -> tuple[Hit, ...]:
        found = self._answers.get(query)
        if found is None:
            most, least = self._settings.most_candidates, self._settings.least_score
            found = self._answers[query] = self._lists.matcher.screen(query, limit=most, least=least)
        return found


def _rules(settings: ScreenSettings, day: date) -> tuple[OwnershipRule, ...]:
    if settings.rules is None:
        return ()
    return rules_in_force(read_rules(settings.rules.read_text("utf-8"), str(settings.rules)), day)


def _held(settings: ScreenSettings, lists: OpenLists, subjects: list[Subject]) -> ReadHoldings:
    if settings.holdings is None:
        return _NO_HOLDINGS
    accounts = {one.account_id for one in subjects}
    return read_holdings(settings.holdings.read_bytes(), settings.holdings.name, lists.listed.keys(), accounts)


def _rule_warnings(rules: tuple[OwnershipRule, ...]) -> list[str]:
    return [
        f"nobody has confirmed that {one.name} ({one.id}) holds since {one.effective_from}: name a reviewer in its rule"
        for one in rules
        if not one.reviewer
    ]


def _read_warnings(rejected: int) -> list[str]:
    return [f"{rejected:,} rows of the accounts file have no id or cannot be read"] if rejected else []
