"""How well a detector did: its `campaigns.json` against the truth of a composed log.

    result = score(read_truth(Path("log/truth.parquet")), read_reported(Path("campaigns.json")))

Any detector that writes the schema `stillwatch.campaigns/1` can be scored. A campaign of the truth is an operator with
exchanges labelled campaign. It is found when some reported campaign holds at least half of its accounts, and mostly
such accounts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.core.errors import InputError
from stillwatch.evaluation.clusters import agreement, kept_apart
from stillwatch.evaluation.reliability import as_json, reliability

if TYPE_CHECKING:
    from pathlib import Path

_FOUND_RECALL: Final = 0.5
_FOUND_PRECISION: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueCampaign:
    name: str
    operator_id: str
    accounts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    campaigns: tuple[TrueCampaign, ...]
    kinds: dict[str, str]
    """Account → kind of the population that most of its exchanges belong to."""
    twins: frozenset[str]
    """Accounts of twin populations."""
    preparing: frozenset[str] = frozenset()
    """Accounts that an operator prepares a campaign with: to be warned of, neither to be accused nor innocent."""

    @property
    def guilty(self) -> frozenset[str]:
        return frozenset().union(*(campaign.accounts for campaign in self.campaigns))


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignScore:
    name: str
    operator_id: str
    accounts: int
    matched: str
    """Id of the reported campaign that fits best, empty = none."""
    precision: float
    recall: float
    found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    campaigns: tuple[CampaignScore, ...]
    found: int
    reported: int
    """Reported with verdict `campaign`."""
    under_review: int
    false_campaigns: int
    """Reported campaigns of mostly innocent accounts."""
    precision: float
    """Of all accused accounts."""
    recall: float
    innocents_accused: int
    innocents_accused_per_million: float
    twins_accused: dict[str, int]
    """Kind of twin → accounts accused."""
    twins_under_review: dict[str, int]
    benign_accused: dict[str, int]
    """Kind of ordinary population → accounts accused."""
    operators_separated: int
    """Campaigns with a reported group of their own: two operators in one group are not separated."""
    purity: float
    """Share of the accused accounts that are of their group's main operator."""
    v_measure: float
    false_share: float
    """Realised false-discovery rate: share of the reported campaigns that are false."""
    stated_fdr: float | None
    """What the detector promised, where it did."""
    reliability: dict[str, Any]
    """Stated confidence of the accused beside the truth: `members`, `brier` and `bins` (`reliability.as_json`)."""


_COLUMNS: Final = ("account_id", "label", "population", "kind", "operator_id")


def read_truth(path: Path, until: int | None = None) -> Truth:
    """Fold exchanges, or those before `until` (nanoseconds since 1970), into accounts."""
    wanted = list(_COLUMNS) if until is None else [*_COLUMNS, "started_at"]
    try:
        table = pq.read_table(path, columns=wanted)
    except (OSError, KeyError, ValueError) as error:
        raise InputError(str(error), where=str(path), mend="give the truth.parquet of a composed log") from error
    if until is not None:
        table = table.filter(pc.less(table["started_at"], until)).drop_columns("started_at")
    counted = table.unify_dictionaries().group_by(table.column_names).aggregate([([], "count_all")])
    weight: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in counted.to_pylist():
        weight[row["account_id"]][row["kind"], row["label"]] += row["count_all"]
        if row["label"] == "campaign":
            members[row["operator_id"], row["population"]].add(row["account_id"])
    main = {account: counts.most_common(1)[0][0] for account, counts in weight.items()}
    return Truth(
        campaigns=tuple(
            TrueCampaign(name=name, operator_id=operator, accounts=frozenset(accounts))
            for (operator, name), accounts in sorted(members.items(), key=lambda one: one[0][1])
        ),
        kinds={account: kind for account, (kind, _) in main.items()},
        twins=frozenset(account for account, (_, label) in main.items() if label == "twin"),
        preparing=frozenset(account for account, (_, label) in main.items() if label == "precursor"),
    )


def read_reported(path: Path) -> dict[str, Any]:
    """The parsed document of a detector."""
    try:
        document = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise InputError(str(error), where=str(path), mend="give a campaigns.json") from error
    if not isinstance(document, dict) or document.get("schema") != "stillwatch.campaigns/1":
        raise InputError("not a campaigns document", where=str(path), mend='"schema" must be stillwatch.campaigns/1')
    return document


def score(truth: Truth, document: dict[str, Any]) -> Score:
    """Compare reported campaigns with true ones; members standing as victims are not accused."""
    accused = _members(document, "campaign")
    reviewed = _members(document, "review")
    guilty = truth.guilty
    accused = {name: kept for name, members in accused.items() if (kept := members - truth.preparing)}
    everyone = frozenset().union(*accused.values())
    innocent = everyone - guilty
    scores = tuple(_score_one(campaign, accused) for campaign in truth.campaigns)
    harmless = len(truth.kinds.keys() - guilty - truth.preparing)
    false = sum(len(members & guilty) < _FOUND_PRECISION * len(members) for members in accused.values())
    agreed = agreement({f"{one.operator_id} {one.name}": one.accounts for one in truth.campaigns}, accused, truth.kinds)
    return Score(
        campaigns=scores,
        found=sum(one.found for one in scores),
        reported=len(accused),
        under_review=len(reviewed),
        false_campaigns=false,
        precision=_share(len(everyone & guilty), len(everyone)),
        recall=_share(len(everyone & guilty), len(guilty)),
        innocents_accused=len(innocent),
        innocents_accused_per_million=round(1e6 * len(innocent) / harmless, 1) if harmless else 0.0,
        twins_accused=_by_kind(truth, innocent & truth.twins),
        twins_under_review=_by_kind(truth, frozenset().union(*reviewed.values()) & truth.twins),
        benign_accused=_by_kind(truth, innocent - truth.twins),
        operators_separated=kept_apart(
            [one.accounts for one in truth.campaigns], list(accused.values()), _FOUND_RECALL
        ),
        purity=round(agreed.purity, 4),
        v_measure=round(agreed.v_measure, 4),
        false_share=round(false / len(accused), 4) if accused else 0.0,
        stated_fdr=document.get("run", {}).get("fdr"),
        reliability=as_json(reliability(_stated(document, guilty))),
    )


def _members(document: dict[str, Any], verdict: str) -> dict[str, frozenset[str]]:
    return {
        str(campaign["id"]): frozenset(
            member["account_id"] for member in campaign["members"] if member.get("standing") != "victim"
        )
        for campaign in document["campaigns"]
        if campaign["verdict"] == verdict
    }


def _stated(document: dict[str, Any], guilty: frozenset[str]) -> list[tuple[float, bool]]:
    """Confidence of every accused member, where the detector states one, and whether it is right."""
    return [
        (float(member["confidence"]), member["account_id"] in guilty)
        for campaign in document["campaigns"]
        if campaign["verdict"] == "campaign"
        for member in campaign["members"]
        if member.get("standing") != "victim" and member.get("confidence") is not None
    ]


def _score_one(campaign: TrueCampaign, accused: dict[str, frozenset[str]]) -> CampaignScore:
    best = max(accused, key=lambda one: (_overlap(campaign.accounts, accused[one]), one), default="")
    members = accused.get(best, frozenset())
    shared = len(members & campaign.accounts)
    precision, recall = _share(shared, len(members)) if shared else 0.0, _share(shared, len(campaign.accounts))
    return CampaignScore(
        name=campaign.name,
        operator_id=campaign.operator_id,
        accounts=len(campaign.accounts),
        matched=best if shared else "",
        precision=precision,
        recall=recall,
        found=recall >= _FOUND_RECALL and precision >= _FOUND_PRECISION,
    )


def _overlap(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / max(len(left | right), 1)


def _share(part: int, whole: int) -> float:
    """An empty whole was got entirely right: nobody was accused, or nobody had to be."""
    return round(part / whole, 4) if whole else 1.0


def _by_kind(truth: Truth, accounts: frozenset[str]) -> dict[str, int]:
    unknown = "not in the truth"
    return dict(sorted(Counter(truth.kinds.get(account, unknown) for account in accounts).items()))


def score_text(result: Score) -> str:
    """A table for people."""
    lines = [f"{'campaign':<20} {'accounts':>8} {'precision':>9} {'recall':>7}  matched"]
    lines += [
        f"{one.name:<20} {one.accounts:>8} {one.precision:>9.3f} {one.recall:>7.3f}  {one.matched or '-'}"
        for one in result.campaigns
    ]
    accused = f"{result.innocents_accused} ({result.innocents_accused_per_million:.0f} per million)"
    lines += [
        f"found {result.found} of {len(result.campaigns)}; reported {result.reported}, false {result.false_campaigns}",
        f"accounts: precision {result.precision:.3f}, recall {result.recall:.3f}; innocents accused {accused}",
        (
            f"operators separated {result.operators_separated} of {len(result.campaigns)}; "
            f"purity {result.purity:.3f}, V-measure {result.v_measure:.3f}; "
            f"false discoveries {result.false_share:.3f}{_promised(result.stated_fdr)}"
        ),
        *_believed(result.reliability),
        f"twins accused: {_listed(result.twins_accused)}; under review: {_listed(result.twins_under_review)}",
        f"ordinary accounts accused: {_listed(result.benign_accused)}",
    ]
    return "\n".join(lines)


def _believed(found: dict[str, Any]) -> list[str]:
    if found["brier"] is None:
        return []
    bins = ", ".join(f"{one['stated']:.2f} stated {one['share']:.2f} true ({one['members']})" for one in found["bins"])
    return [f"confidence of members: Brier score {found['brier']:.3f}; {bins}"]


def _promised(fdr: float | None) -> str:
    return "" if fdr is None else f" (promised at most {fdr:g})"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in counts.items()) or "none"
