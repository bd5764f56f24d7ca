"""What was received and may be looked for."""

from __future__ import annotations

from dataclasses import replace

from shared_campaign import campaign, indicator
from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.marking import Handling, Tlp
from stillwatch.core.read_bundle import ReadBundle
from stillwatch.service.sharing.delivery import Delivery
from stillwatch.service.sharing.hunted_campaigns import hunted_campaigns
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.peers import Peers
from stillwatch.service.sharing.receive import receive

_TOLD = campaign(
    indicator(IndicatorKind.DOMAIN, "a.example"),
    indicator(IndicatorKind.ACCOUNT, "a-1"),
    handling=Handling(tlp=Tlp.AMBER_STRICT),
)
_AT = _TOLD.version_at


def received(tmp_path, read):
    connection = open_intel(tmp_path / "intel.db")
    delivery = Delivery(by="hand", at=_AT, sha256="ab" * 32, is_vouched=True)
    receive(connection, read, delivery, Peers())
    return connection


def test_what_waits_for_a_person_may_be_looked_for(tmp_path):
    connection = received(tmp_path, ReadBundle(campaigns=(_TOLD,)))
    assert hunted_campaigns(connection, at=_AT.timestamp()) == (_TOLD,)


def test_what_has_run_out_or_was_taken_back_is_not(tmp_path):
    connection = received(tmp_path, ReadBundle(campaigns=(_TOLD,)))
    assert hunted_campaigns(connection, at=_TOLD.valid_until.timestamp() + 1) == ()
    gone = ReadBundle(campaigns=(), revoked=((_TOLD.producer_id, _TOLD.indicators[0].id),))
    connection = received(tmp_path, gone)
    assert hunted_campaigns(connection, at=_AT.timestamp()) == (replace(_TOLD, indicators=_TOLD.indicators[1:]),)
    connection = received(tmp_path, ReadBundle(campaigns=(replace(_TOLD, is_revoked=True),)))
    assert hunted_campaigns(connection, at=_AT.timestamp()) == ()
