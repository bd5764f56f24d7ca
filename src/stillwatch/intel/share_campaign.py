"""Make of a campaign that a scan found what may be told to others, and say of each thing why it may.

    made = share_campaign(campaign, templates, salt=store.settings.salt, options=options)
    made.campaign, made.leaves, made.stays

Nothing leaves that is not made here, field by field: no prompt, no excerpt, no address, no mail, nobody who was used by
the campaign. Times leave as whole hours, so that nobody's single request is told; ids follow from the store's salt,
so that the same campaign has the same id each time and nobody can make it from an id of the log.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from stillwatch.core.campaign import Standing, Verdict
from stillwatch.core.errors import InputError
from stillwatch.core.indicator import Certainty, Form, Indicator, IndicatorKind
from stillwatch.core.marking import Tlp, is_within
from stillwatch.core.salt_id import salt_id
from stillwatch.core.shared_campaign import SharedCampaign
from stillwatch.core.to_share import AccountForm, Stays, ToShare
from stillwatch.intel.share_reasons import leaves_of
from stillwatch.intel.share_statements import statements_of
from stillwatch.intel.stix_ids import derived_id
from stillwatch.intel.vocabulary.roles import techniques_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from stillwatch.core.campaign import Campaign
    from stillwatch.core.template_key import TemplateKey
    from stillwatch.core.to_share import ShareOptions

_MILDEST_FOR_KEYS: Final = Tlp.AMBER_STRICT
"""Under which accounts and template keys may leave: whoever holds the salt can try guessed words against a key."""
_TOKEN_CHARS: Final = 32


def share_campaign(
    campaign: Campaign,
    templates: Sequence[TemplateKey],
    *,
    salt: int,
    options: ShareOptions,
    is_experimental: bool = False,
) -> ToShare:
    """Redact it.

    Args:
        campaign: As in campaigns.json.
        templates: Of its prompts, as a guard would look them up.
        salt: The store's, a secret.
        options: What else is said, by whom, and for how long.
        is_experimental: Whether the claim falls without links that no board has scored.

    Raises:
        InputError: The campaign is one that a person must look at first.
    """
    if campaign.verdict is Verdict.REVIEW:
        mend = "let a person decide, and enter an authorised customer in the ledger"
        raise InputError("an authorised customer is among the members", where=campaign.id, mend=mend)
    shared_id = derived_id("campaign", options.producer_id, str(salt), campaign.id)
    indicators = () if is_experimental else tuple(_indicators(campaign, templates, shared_id, salt, options))
    shared = SharedCampaign(
        id=shared_id,
        version_at=options.at,
        created_at=options.first_at or options.at,
        producer_id=options.producer_id,
        producer_name=options.producer_name,
        name=f"cluster-{shared_id[-8:]}",
        first_seen=_hour(campaign.first_seen),
        last_seen=_hour(campaign.last_seen) + timedelta(hours=1),
        valid_until=options.at + options.lifetime,
        confidence=_percent(campaign.confidence),
        accounts=campaign.accounts,
        exchanges=campaign.exchanges,
        roles=campaign.roles,
        capabilities=campaign.capabilities,
        techniques=techniques_of(campaign.roles, (one.source for one in campaign.evidence)),
        services=options.services,
        statements=(*options.facts, *statements_of(campaign)),
        response=options.response,
        legal_basis=options.legal_basis,
        provider=options.provider,
        handling=options.handling,
        indicators=indicators,
        is_machine_made=options.is_machine_made,
    )
    return ToShare(campaign.id, shared, leaves_of(shared), tuple(_stays(campaign, templates, shared, is_experimental)))


def _indicators(
    campaign: Campaign, templates: Sequence[TemplateKey], shared_id: str, salt: int, options: ShareOptions
) -> Iterator[Indicator]:
    if not _is_strict(options):
        return
    until = options.at + options.lifetime
    for member in campaign.members if options.accounts is not AccountForm.NONE else ():
        if member.standing is Standing.OPERATOR:
            is_clear = options.accounts is AccountForm.CLEAR
            token = member.account_id if is_clear else _token(member.account_id, salt)
            yield Indicator(
                id=derived_id("indicator", shared_id, "account", token),
                kind=IndicatorKind.ACCOUNT,
                value=token,
                form=Form.CLEAR if is_clear else Form.SALTED,
                key_id="" if is_clear else salt_id(salt),
                confidence=_percent(member.confidence),
                certainty=Certainty.INFERRED,
                campaign_id=shared_id,
                valid_from=options.at,
                valid_until=until,
            )
    for one in templates:
        yield Indicator(
            id=derived_id("indicator", shared_id, "template", str(one.kind), str(one.key)),
            kind=IndicatorKind.TEMPLATE,
            value=str(one.key),
            form=Form.SALTED,
            key_id=salt_id(salt),
            template_kind=one.kind,
            confidence=_percent(campaign.confidence * one.share),
            certainty=Certainty.OBSERVED,
            campaign_id=shared_id,
            valid_from=options.at,
            valid_until=until,
        )


def _stays(
    campaign: Campaign, templates: Sequence[TemplateKey], shared: SharedCampaign, is_experimental: bool
) -> Iterator[Stays]:
    left = {kind: sum(one.kind is kind for one in shared.indicators) for kind in IndicatorKind}
    used = sum(one.standing is not Standing.OPERATOR for one in campaign.members)
    operators = len(campaign.members) - used
    yield Stays("prompts, replies and excerpts", campaign.exchanges, "what customers write is never told")
    yield Stays("addresses, clients, mail and payment of members", len(campaign.members), "never told; see matching")
    yield Stays("why each member was counted in", len(campaign.members), "it tells of single accounts")
    if used:
        yield Stays("members that were used, or carry others' traffic", used, "victims are never named")
    because = "the claim rests on links that no board has scored" if is_experimental else "not asked for"
    if not is_experimental and not is_within(_MILDEST_FOR_KEYS, shared.handling.tlp):
        because = f"they leave under TLP:{_MILDEST_FOR_KEYS.upper()} or stricter alone"
    if operators and not left[IndicatorKind.ACCOUNT]:
        yield Stays("accounts of the operator", operators, because)
    if templates and not left[IndicatorKind.TEMPLATE]:
        yield Stays("template keys", len(templates), because)


def _is_strict(options: ShareOptions) -> bool:
    return is_within(_MILDEST_FOR_KEYS, options.handling.tlp)


def _token(account_id: str, salt: int) -> str:
    key = salt.to_bytes(8, "big")
    return hmac.new(key, b"account\0" + account_id.encode(), hashlib.sha256).hexdigest()[:_TOKEN_CHARS]


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _percent(share: float) -> int:
    return max(0, min(100, round(100 * share)))
