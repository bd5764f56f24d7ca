"""Turn indicators that were accepted into the rows that a guard looks up, and count why the others are none.

rows, left_out = intel_rows(held_indicators(connection, at), stances, peers, at=now, salt_id="0f2c10bf8a6d1e22")

What a peer tells is a lead: rows are marked as experimental, so that no guard denies by them alone, until somebody here
(or a producer that is heard) confirms the indicator or its campaign. Disputed or denied, it is no row. An account is
one only of a producer whose accounts are ours, and then somebody to look at; all else is a trace, and a trace denies
nobody without a second one. Markings are obeyed: PAP:AMBER and RED forbid what an operator could notice, TLP:RED was
told to persons. Addresses that are used inside of every network are nobody's.
"""

from __future__ import annotations

import ipaddress
import socket
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.marking import Pap, Tlp
from stillwatch.core.provenance import Stance, joint_stance
from stillwatch.core.request_facts import KeyName
from stillwatch.wire.addresses import neighbourhood

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.service.sharing.peers import Peers

SOURCE: Final = "intel"
_NAMES: Final[dict[str, KeyName]] = {
    IndicatorKind.ACCOUNT: KeyName.ACCOUNT,
    IndicatorKind.ADDRESS: KeyName.ADDRESS,
    IndicatorKind.PREFIX: KeyName.PREFIX,
    IndicatorKind.CLIENT: KeyName.CLIENT,
    IndicatorKind.TEMPLATE: KeyName.TEMPLATE,
}
"""What a guard sees of a request; of the rest retro-hunts and private matching make use."""
_UNSEEN: Final = "matches nothing that a guard sees"
_BEGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INSIDE: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("0.0.0.0/8", "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8"),
    )
)
_INSIDE_V4: Final = tuple((int(one.network_address), int(one.broadcast_address)) for one in _INSIDE if one.version == 4)
_INSIDE_FIRST: Final = frozenset(first for low, high in _INSIDE_V4 for first in range(low >> 24, (high >> 24) + 1))
"""First numbers of such addresses."""
_NEIGHBOURS: Final = {4: 24, 6: 48}
_MOST_NEIGHBOURHOODS: Final = 256
"""A wider prefix is whole providers."""


class Held(NamedTuple):
    """An accepted indicator with what counts of its campaign; times in seconds since 1970 UTC."""

    id: str
    kind: str
    value: str
    form: str
    key_id: str
    template_kind: int
    confidence: int
    valid_from: float
    valid_until: float
    received_at: float
    campaign_id: str
    producer: str
    producer_name: str
    name: str
    campaign_confidence: int
    campaign_valid_until: float
    tlp: str
    pap: str


class IntelRows(NamedTuple):
    rows: list[KeyStanding]
    left_out: Counter[str]
    """Why an indicator is no row → how many."""


def intel_rows(
    held: Iterable[Held], stances: Mapping[str, Mapping[str, Stance]], peers: Peers, *, at: datetime, salt_id: str
) -> IntelRows:
    """Rows of what is in force.

    Args:
        held: What was accepted.
        stances: Id of an indicator or campaign → who has said something about it → what.
        peers: Whose word counts.
        at: The time.
        salt_id: Of the salt under which guards here make keys of prompts; empty = they make none.
    """
    rows: dict[tuple[str, str, int, str, str], KeyStanding] = {}
    left_out: Counter[str] = Counter()
    words = _Words(_Moments(), _Reasons())
    for one in held:
        stance = _stance(one, stances, peers) if stances else Stance.INVESTIGATES
        why = _why_not(one, stance, peers, at.timestamp(), salt_id)
        values = () if why else _values(one)
        if not values:
            left_out[why or _UNSEEN] += 1
        for value in values:
            row = _row(one, value, words, is_confirmed=stance is Stance.CONFIRMS, peers=peers)
            key = (one.kind, value, row.kind, one.campaign_id, one.producer)
            if key not in rows or rows[key].expires_at < row.expires_at:
                rows[key] = row
    return IntelRows(list(rows.values()), left_out)


class _Moments(dict[float, datetime]):
    """Times by their seconds; a campaign's indicators have few different ones."""

    def __missing__(self, seconds: float) -> datetime:
        made = self[seconds] = _BEGIN + timedelta(seconds=seconds)
        return made


class _Reasons(dict[tuple[str, str, str, bool], str]):
    """Sentences by what they are made of."""

    def __missing__(self, of: tuple[str, str, str, bool]) -> str:
        producer, name, kind, is_confirmed = of
        said = "confirmed here" if is_confirmed else "a lead that nobody here has confirmed"
        made = self[of] = f"{producer} tells of {name!r} ({kind}), {said}"
        return made


class _Words(NamedTuple):
    moments: _Moments
    reasons: _Reasons


def _stance(one: Held, stances: Mapping[str, Mapping[str, Stance]], peers: Peers) -> Stance | None:
    """What those say together whose word counts; nobody confirms himself."""
    said = {
        stance
        for about in (one.id, one.campaign_id)
        for who, stance in stances.get(about, {}).items()
        if who != one.producer and (who == peers.identity or _is_heard(who, peers))
    }
    return joint_stance(frozenset(said))


def _is_heard(who: str, peers: Peers) -> bool:
    producer = peers.producers.get(who)
    return producer is not None and producer.is_heard


def _why_not(one: Held, stance: Stance | None, peers: Peers, at: float, salt_id: str) -> str:  # noqa: PLR0911  # a list
    if stance is None:
        return "disputed"
    if stance is Stance.DENIES:
        return "denied"
    if one.kind not in _NAMES:
        return _UNSEEN
    if one.pap in (Pap.AMBER, Pap.RED):
        return "its marking forbids to act on it (PAP)"
    if one.tlp == Tlp.RED:
        return "its marking keeps it to persons (TLP:RED)"
    if one.kind == IndicatorKind.ACCOUNT and not _shares_accounts(one.producer, peers):
        return "an account at another service"
    if one.kind == IndicatorKind.TEMPLATE:
        return "" if one.form == Form.SALTED and salt_id and one.key_id == salt_id else "made under another salt"
    if one.form != Form.CLEAR:
        return "only a private match can find it"
    return "not valid yet" if one.valid_from > at else ""


def _shares_accounts(who: str, peers: Peers) -> bool:
    producer = peers.producers.get(who)
    return producer is not None and producer.shares_accounts


def _values(one: Held) -> tuple[str, ...]:
    """What requests show of it, as `wire` writes it; nothing where it is malformed or everybody's."""
    if one.kind == IndicatorKind.TEMPLATE:
        return (one.value,) if one.value.removeprefix("-").isdecimal() and one.value.isascii() else ()
    if one.kind not in (IndicatorKind.ADDRESS, IndicatorKind.PREFIX):
        return (one.value,) if one.value else ()
    return _places(one.value, is_prefix=one.kind == IndicatorKind.PREFIX)


def _places(text: str, *, is_prefix: bool) -> tuple[str, ...]:
    """An address as a guard writes it, or the neighbourhoods that a prefix is made of."""
    if not is_prefix and (plain := _plain_address(text)):
        return (plain,)
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return ()
    if any(network.version == inside.version and network.overlaps(inside) for inside in _INSIDE):
        return ()
    if not is_prefix:
        return (str(network.network_address),) if network.num_addresses == 1 else ()
    size = _NEIGHBOURS[network.version]
    if network.prefixlen > size or 1 << (size - network.prefixlen) > _MOST_NEIGHBOURHOODS:
        return ()
    found = (neighbourhood(str(part.network_address)) for part in network.subnets(new_prefix=size))
    return tuple(filter(None, found))


def _plain_address(text: str) -> str:
    """An IPv4 address that is not used inside of networks; the usual case, thirty times as quick as the general one."""
    try:
        packed = socket.inet_pton(socket.AF_INET, text)
    except (OSError, ValueError):
        return ""
    if packed[0] in _INSIDE_FIRST:
        number = int.from_bytes(packed, "big")
        if any(low <= number <= high for low, high in _INSIDE_V4):
            return ""
    return socket.inet_ntop(socket.AF_INET, packed)


def _row(one: Held, value: str, words: _Words, *, is_confirmed: bool, peers: Peers) -> KeyStanding:
    role = Role.TRACE
    if one.kind == IndicatorKind.ACCOUNT:
        role = Role.OPERATOR if is_confirmed else Role.REVIEW
    ends = min(one.valid_until, one.campaign_valid_until, one.received_at + peers.longest_days * 86_400)
    return KeyStanding(
        name=_NAMES[one.kind],
        value=value,
        kind=one.template_kind if one.kind == IndicatorKind.TEMPLATE else 0,
        subject=one.campaign_id,
        role=role,
        confidence=min(one.confidence, one.campaign_confidence) / 100,
        reason=words.reasons[one.producer_name or one.producer, one.name, one.kind, is_confirmed],
        since=words.moments[one.valid_from],
        expires_at=words.moments[ends],
        source=SOURCE,
        is_experimental=not is_confirmed,
    )
