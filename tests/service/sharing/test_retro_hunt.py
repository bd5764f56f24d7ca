"""What peers have told is looked for in logs of the past."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from exchange_log import START, exchange, scanned, write_log
from shared_campaign import PRODUCER, campaign, indicator
from stillwatch.core.errors import InputError
from stillwatch.core.hunt import Weight
from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.core.key_kind import KeyKind
from stillwatch.core.salt_id import salt_id
from stillwatch.intel.warninglists import Warninglists, read_warninglist
from stillwatch.logs.store import Store
from stillwatch.service.sharing.retro_hunt import RetroHuntSettings, retro_hunt

if TYPE_CHECKING:
    from pathlib import Path

_LISTS = Warninglists((read_warninglist(b'{"name": "Cloud", "type": "cidr", "list": ["198.51.100.0/24"]}', "c"),))
_SAME = frozenset({PRODUCER})
_ALL = RetroHuntSettings(account_producers=_SAME)


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    """Ten accounts; acct-3 shows all that is looked for, acct-4 shares its address of a public cloud."""
    folder = tmp_path_factory.mktemp("hunt")
    template = "Solve the riddle below and write down every step of your reasoning in full, please: number {}"
    records = [
        *(exchange(number) for number in range(30)),
        *(exchange(40 + n, "acct-3", prompt_text=template.format(n), client_address="192.0.2.7") for n in range(4)),
        *(exchange(50 + n, f"acct-{3 + n}", client_address="198.51.100.9") for n in range(2)),
    ]
    scanned(folder / "store", [write_log(folder / "log.jsonl", records)])
    return folder / "store"


def by_account(hunt):
    return {one.account_id: one.weight for one in hunt.suspects}


def hunted(store, *indicators, lists=_LISTS, settings=_ALL, **more):
    return retro_hunt([store], [campaign(*indicators, **more)], lists, settings)


def test_an_account_that_a_peer_named_is_a_lead(store):
    hunt = hunted(store, indicator(IndicatorKind.ACCOUNT, "acct-7"))
    (suspect,) = hunt.suspects
    assert (suspect.account_id, suspect.weight, suspect.exchanges, suspect.indicators) == ("acct-7", Weight.LEAD, 3, 1)
    assert suspect.first_seen == datetime.fromtimestamp(START / 1e9 + 7 * 60, UTC)
    assert (hunt.searched[0].exchanges, hunt.searched[0].accounts, hunt.indicators) == (36, 10, 1)


def test_an_account_of_another_service_is_another_customer(store):
    hunt = hunted(store, indicator(IndicatorKind.ACCOUNT, "acct-7"), settings=RetroHuntSettings())
    assert by_account(hunt) == {"acct-7": Weight.CONTEXT}


def test_an_exit_of_a_public_cloud_is_no_proof(store):
    hunt = hunted(store, indicator(IndicatorKind.ADDRESS, "198.51.100.9"))
    assert by_account(hunt) == {"acct-3": Weight.CONTEXT, "acct-4": Weight.CONTEXT}
    assert "Cloud" in hunt.found[0].because
    assert hunt.found[0].accounts == 2


def test_an_own_address_is_a_lead_once_somebody_has_checked(store):
    own = indicator(IndicatorKind.ADDRESS, "192.0.2.7")
    assert by_account(hunted(store, own)) == {"acct-3": Weight.LEAD}
    assert by_account(hunted(store, own, lists=Warninglists())) == {"acct-3": Weight.CONTEXT}


def test_context_beside_a_lead_does_not_make_others_leads(store):
    hunt = hunted(
        store,
        indicator(IndicatorKind.ACCOUNT, "acct-3"),
        indicator(IndicatorKind.ADDRESS, "198.51.100.9"),
    )
    assert by_account(hunt) == {"acct-3": Weight.LEAD, "acct-4": Weight.CONTEXT}
    assert [one.account_id for one in hunt.suspects] == ["acct-3", "acct-4"]
    assert [one.weight for one in hunt.suspects[0].matches] == [Weight.LEAD, Weight.CONTEXT]


def test_a_template_is_found_under_the_stores_own_salt(store):
    opened = Store.open(store)
    rows = pq.read_table(opened.files("keys")[0]).to_pylist()
    accounts = pq.read_table(opened.files("exchanges")[0], columns=["exchange_no", "address_key", "account_key"])
    mine = {row["exchange_no"]: row for row in accounts.to_pylist()}
    heads = {}
    for row in rows:
        if row["kind"] == KeyKind.HEAD:
            heads.setdefault(row["share_key"], []).append(mine[row["exchange_no"]]["account_key"])
    key = next(key for key, held in heads.items() if len(held) == 4 and len(set(held)) == 1)
    told = {"form": Form.SALTED, "template_kind": KeyKind.HEAD}
    name = salt_id(opened.settings.salt)
    assert by_account(hunted(store, indicator(IndicatorKind.TEMPLATE, str(key), key_id=name, **told))) == {
        "acct-3": Weight.LEAD
    }
    foreign = hunted(store, indicator(IndicatorKind.TEMPLATE, str(key), key_id="0" * 16, **told))
    assert foreign.suspects == ()
    assert "another salt" in foreign.not_hunted[0].why


def test_an_address_counts_only_while_it_was_the_campaigns(store):
    late = datetime(2026, 4, 1, tzinfo=UTC)
    own = indicator(IndicatorKind.ADDRESS, "192.0.2.7", valid_from=late)
    assert by_account(hunted(store, own)) == {"acct-3": Weight.LEAD}
    assert by_account(hunted(store, own, first_seen=late)) == {}
    account = indicator(IndicatorKind.ACCOUNT, "acct-3", valid_from=late)
    assert by_account(hunted(store, account, first_seen=late)) == {"acct-3": Weight.LEAD}


def test_a_span_bounds_the_hunt(store):
    account = indicator(IndicatorKind.ACCOUNT, "acct-3")
    assert hunted(store, account, settings=RetroHuntSettings(until=START, account_producers=_SAME)).suspects == ()
    assert (
        hunted(store, account, settings=RetroHuntSettings(since=START + 45 * 60 * 10**9, account_producers=_SAME))
        .suspects[0]
        .exchanges
        == 1
    )


def test_what_its_producer_took_back_is_not_looked_for(store):
    hunt = hunted(store, indicator(IndicatorKind.ACCOUNT, "acct-3"), is_revoked=True)
    assert (hunt.indicators, hunt.suspects) == (0, ())


def test_several_stores_are_told_apart(store, tmp_path):
    scanned(tmp_path / "b", [write_log(tmp_path / "b.jsonl", [exchange(0, "acct-3")])])
    told = [campaign(indicator(IndicatorKind.ACCOUNT, "acct-3"))]
    hunt = retro_hunt([store, tmp_path / "b"], told, _LISTS, _ALL)
    assert [(one.store, one.exchanges) for one in hunt.suspects] == [(str(store), 8), (str(tmp_path / "b"), 1)]


def test_no_store_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no store"):
        retro_hunt([tmp_path], [], _LISTS, _ALL)


def test_a_hunt_leaves_nothing_behind(store):
    hunted(store, indicator(IndicatorKind.ACCOUNT, "acct-3"))
    assert not list(store.glob("work-*"))
