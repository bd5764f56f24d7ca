r"""Tables of indicators as vendors publish them: one row an indicator, with its id, type, value and actor.

>>> data = b"indicator_id,type,value,actor\n,ipv4,192.0.2[.]7,GTG-9\n"
>>> published = Published(producer_name="Northlight", at=datetime(2026, 9, 1, tzinfo=UTC))
>>> read = read_vendor_csv(data, published)
>>> read.campaigns[0].name, read.campaigns[0].indicators[0].value
('GTG-9', '192.0.2.7')

Column names are compared without case and punctuation, and each has several (`csv_rows`); all but the value may be
missing. Ids are kept verbatim. The rows of one actor become one campaign; what a table does not say of it stays empty,
with a low confidence and an early end (`ReadLimits`), and `ALLEGED` as the way in which it is known.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.indicator import Certainty, Form, Indicator, IndicatorKind
from stillwatch.core.marking import Handling, Tlp
from stillwatch.core.read_bundle import ReadBundle, Refused
from stillwatch.core.shared_campaign import SharedCampaign
from stillwatch.intel.csv_rows import read_rows
from stillwatch.intel.csv_types import KINDS, kind_of, plain
from stillwatch.intel.read_limits import ReadLimits
from stillwatch.intel.stix_ids import derived_id, is_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORDS: Final = {"none": 0, "low": 15, "medium": 50, "med": 50, "moderate": 50, "high": 85}
"""The middles of the scale None/Low/Med/High of STIX."""
_LONGEST: Final = 4096
REVOKED: Final = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a table does not say of itself."""

    producer_name: str
    at: datetime
    """When it was published; the time of the file where nobody knows."""


class _Row(NamedTuple):
    producer_id: str
    producer_name: str
    campaign_id: str
    actor: str
    seen: tuple[datetime, ...]
    modified: datetime | None
    tlp: Tlp | None
    is_revoked: bool
    indicator: Indicator


def read_vendor_csv(data: bytes, published: Published, limits: ReadLimits = ReadLimits()) -> ReadBundle:  # noqa: B008
    """Read a table; what is refused is named by its line.

    Raises:
        InputError: It is too large, is not in UTF-8, or has no column of values.
    """
    refused, passed = list[Refused](), Counter[str]()
    rows: dict[tuple[str, str], list[_Row]] = {}
    known = set[str]()
    for line, record in read_rows(data, limits, passed):
        try:
            row = _row(record, published, limits)
        except ValueError as error:
            refused.append(Refused(id=f"line {line}", why=str(error)))
            continue
        if row.indicator.id in known:
            refused.append(Refused(id=row.indicator.id, why=f"line {line}: its id stands twice"))
            continue
        known.add(row.indicator.id)
        rows.setdefault((row.producer_id, row.campaign_id), []).append(row)
    return ReadBundle(
        campaigns=tuple(_campaign(mine, published) for mine in rows.values()),
        refused=tuple(refused),
        passed_over=tuple(sorted(passed.items())),
    )


def _row(record: Mapping[str, str], published: Published, limits: ReadLimits) -> _Row:
    said = {name: text.strip() for name, text in record.items() if text.strip()}
    if not said.get("value") or len(said["value"]) > _LONGEST:
        raise ValueError("its value is empty or too long")
    kind, value = _value(said)
    producer = said.get("producer", published.producer_name)
    producer_id = said.get("producer_id", "")
    producer_id = producer_id if is_id(producer_id, "identity") else derived_id("identity", "csv", producer)
    actor = said.get("actor", "")
    campaign_id = said.get("campaign_id", "")
    if not is_id(campaign_id, "campaign"):
        campaign_id = derived_id("campaign", producer_id, actor)
    id_ = said.get("id", "")
    if not is_id(id_, "indicator"):
        id_ = derived_id("indicator", producer_id, campaign_id, kind, value)
    seen = tuple(_moment(said[name]) for name in ("first_seen", "last_seen") if name in said)
    since = _moment(said["valid_from"]) if "valid_from" in said else min((*seen, published.at))
    until = _moment(said["valid_until"]) if "valid_until" in said else max((*seen, published.at)) + limits.lifetime
    if until <= since:
        raise ValueError("it ends before it begins")
    indicator = Indicator(
        id=id_,
        kind=kind,
        value=value,
        form=Form(said.get("form", Form.CLEAR)),
        key_id=said.get("key_id", ""),
        template_kind=_small(said.get("template_kind", "0")),
        campaign_id=campaign_id,
        confidence=_confidence(said.get("confidence", ""), limits),
        certainty=Certainty(said.get("certainty", Certainty.ALLEGED)),
        valid_from=since,
        valid_until=until,
    )
    modified = _moment(said["modified"]) if "modified" in said else None
    tlp = _tlp(said["tlp"]) if "tlp" in said else None
    return _Row(producer_id, producer, campaign_id, actor, seen, modified, tlp, said.get("state") == REVOKED, indicator)


def _value(said: Mapping[str, str]) -> tuple[IndicatorKind, str]:
    if said.get("form", Form.CLEAR) != Form.CLEAR:
        return KINDS.get(plain(said.get("type", "")), IndicatorKind.OTHER), said["value"]
    return kind_of(said.get("type", ""), said["value"])


def _campaign(rows: Sequence[_Row], published: Published) -> SharedCampaign:
    first = rows[0]
    seen = [moment for row in rows for moment in row.seen] or [published.at]
    at = max((row.modified for row in rows if row.modified), default=published.at)
    marked = [row.tlp for row in rows if row.tlp]
    return SharedCampaign(
        id=first.campaign_id,
        version_at=at,
        created_at=at,
        producer_id=first.producer_id,
        producer_name=first.producer_name,
        name=first.actor or f"indicators of {first.producer_name}",
        first_seen=min(seen),
        last_seen=max(seen),
        valid_until=max(row.indicator.valid_until for row in rows),
        confidence=max(row.indicator.confidence for row in rows),
        accounts=0,
        exchanges=0,
        handling=Handling(tlp=max(marked, key=tuple(Tlp).index)) if marked else Handling(),
        indicators=tuple(row.indicator for row in rows),
        is_revoked=all(row.is_revoked for row in rows),
    )


def _confidence(text: str, limits: ReadLimits) -> int:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if not text:
        return limits.confidence
    found = float(text.removesuffix("%"))
    if not 0 <= found <= 100:
        raise ValueError(f"confidence {text[:20]} is not within 0 … 100")
    return round(100 * found) if 0 < found < 1 else round(found)


def _small(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 2):
        raise ValueError(f"{text[:20]!r} is no number of a kind of template")
    return int(text)


def _tlp(text: str) -> Tlp:
    word = text.lower().removeprefix("tlp:").strip()
    return Tlp.CLEAR if word == "white" else Tlp(word)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
