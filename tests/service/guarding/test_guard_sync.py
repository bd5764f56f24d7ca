"""Several guards, one budget: exact in the long run, bounded in between, and no worse off without the server."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest

from stillwatch.core.decision import Action, Charge
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.guard.budgets import Budgets, Level
from stillwatch.guard.build_standings import build
from stillwatch.guard.decide import Guarded
from stillwatch.guard.guard import Guard
from stillwatch.guard.read_policy import read_policy
from stillwatch.guard.standings import Standings
from stillwatch.service.guarding.guard_sync import GuardSync, SyncSettings
from stillwatch.service.guarding.shared_standings import announce_standings

if TYPE_CHECKING:
    from pathlib import Path

    from valkey_server import ValkeyServer

_ONE = Charge(budget=77, interval_s=10.0, burst=5)


class Clock:
    """The guards' clock; the server keeps its own."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_s


class Replica(NamedTuple):
    budgets: Budgets
    sync: GuardSync
    clock: Clock

    def book(self, charge: Charge = _ONE, times: int = 1) -> None:
        for _ in range(times):
            self.budgets.book(charge, self.clock())

    def left_s(self, charge: Charge = _ONE) -> float:
        return self.budgets.whole_at(charge.budget) - self.clock()


def replica(server: ValkeyServer, **settings: object) -> Replica:
    budgets, clock = Budgets(2**12), Clock()
    return Replica(budgets, GuardSync(SyncSettings(url=server.url, **settings), budgets, clock=clock), clock)  # type: ignore[arg-type]  # the test's own


def exchange(*replicas: Replica) -> None:
    """Twice: what the last one pushed in the first round, the first one gets in the second."""
    for _ in range(2):
        for one in replicas:
            assert one.sync.exchange()


def test_what_is_booked_at_one_guard_counts_at_all(valkey_server: ValkeyServer) -> None:
    guards = [replica(valkey_server) for _ in range(3)]
    exchange(*guards)
    for count, one in enumerate(guards, 1):
        one.book(times=count)
    exchange(*guards)
    assert [one.left_s() for one in guards] == pytest.approx([60.0] * 3, abs=0.5)
    late = replica(valkey_server)
    exchange(late)
    assert late.left_s() == pytest.approx(60.0, abs=0.5)


def test_budgets_of_another_prefix_are_apart(valkey_server: ValkeyServer) -> None:
    one, other = replica(valkey_server), replica(valkey_server, prefix="eu")
    one.book()
    exchange(one, other)
    assert other.budgets.whole_at(77) == 0.0


def test_the_guards_clocks_need_not_agree(valkey_server: ValkeyServer) -> None:
    one, other = replica(valkey_server), replica(valkey_server)
    other.clock.ahead_s = -7200.0
    one.book(times=2)
    exchange(one, other)
    assert other.left_s() == pytest.approx(20.0, abs=0.5)


def test_many_budgets_travel_in_several_calls(valkey_server: ValkeyServer) -> None:
    one, other = replica(valkey_server), replica(valkey_server)
    for budget in range(1, 1700):
        one.book(Charge(budget=budget * 2**53 + budget, interval_s=60.0, burst=1))
    exchange(one, other)
    assert len(list(other.budgets.levels(other.clock()))) == 1699


def test_a_push_whose_answer_was_lost_is_booked_once(
    valkey_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = replica(valkey_server), replica(valkey_server)
    exchange(one)
    one.book()
    script = one.sync._script
    with monkeypatch.context() as patch:
        patch.setattr(one.sync, "_script", lambda **given: [script(**given), 1 / 0])
        assert not one.sync.exchange()
    one.book()
    exchange(one, other)
    assert other.left_s() == pytest.approx(20.0, abs=0.5)


def test_gone_and_back_without_its_data_everything_booked_apart_counts(valkey_server: ValkeyServer) -> None:
    one, other = replica(valkey_server), replica(valkey_server)
    one.book()
    exchange(one, other)
    valkey_server.kill()
    one.book(times=2)
    other.book()
    assert not one.sync.exchange()
    assert not other.sync.exchange()
    assert one.sync.counts().is_degraded
    assert one.budgets.wait_s(_ONE, one.clock()) == 0.0
    valkey_server.start()
    exchange(one, other)
    assert [one.left_s(), other.left_s()] == pytest.approx([40.0, 40.0], abs=1.0)
    assert (one.sync.counts().is_degraded, one.sync.counts().failed) == (False, 1)
    one.book()
    exchange(one, other)
    assert other.left_s() == pytest.approx(50.0, abs=1.0)


def test_back_with_older_data_the_guards_bring_it_up_to_date(valkey_server: ValkeyServer) -> None:
    one, other = replica(valkey_server), replica(valkey_server)
    one.book()
    exchange(one, other)
    valkey_server.client().save()
    one.book()
    exchange(one, other)
    valkey_server.kill()
    other.book()
    valkey_server.start()
    late = replica(valkey_server)
    exchange(one, other, late)
    assert late.left_s() == pytest.approx(30.0, abs=1.0)


def test_gone_and_back_with_its_data_everything_booked_apart_counts(
    valkey_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = replica(valkey_server), replica(valkey_server)
    exchange(one, other)
    with monkeypatch.context() as patch:
        for each in (one, other):
            patch.setattr(each.sync, "_script", _refuse)
            each.book(times=2)
            assert not each.sync.exchange()
    exchange(one, other)
    assert [one.left_s(), other.left_s()] == pytest.approx([40.0, 40.0], abs=0.5)


def _refuse(**_: object) -> None:
    raise OSError("gone")


def test_where_the_servers_clock_is_set_back_no_level_lasts_longer(valkey_server: ValkeyServer) -> None:
    one, other = replica(valkey_server), replica(valkey_server)
    one.book(times=2)
    exchange(one, other)
    client, ahead_us = valkey_server.client(), 3600 * 10**6
    client.zincrby("{stillwatch}:whole", ahead_us, 77)
    client.incrby("{stillwatch}:told_at", ahead_us)
    one.book()
    late = replica(valkey_server)
    exchange(one, other, late)
    assert [each.left_s() for each in (one, other, late)] == pytest.approx([30.0] * 3, abs=0.5)


def test_what_was_booked_long_ago_weighs_no_more_than_what_is_left_of_it(
    valkey_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = replica(valkey_server), replica(valkey_server)
    exchange(one, other)
    with monkeypatch.context() as patch:
        patch.setattr(one.sync, "_script", _refuse)
        for _ in range(50):
            one.book()
            one.clock.ahead_s += 9.0
        assert not one.sync.exchange()
    one.clock.ahead_s += 40.0
    exchange(one, other)
    assert other.left_s() == pytest.approx(10.0, abs=0.5)


def test_a_server_that_talks_nonsense_only_degrades(valkey_server: ValkeyServer) -> None:
    one = replica(valkey_server)
    valkey_server.client().set("{stillwatch}:whole", "a text")
    one.book()
    assert not one.sync.exchange()
    assert one.sync.counts()[:3] == (0, 1, 0)


def test_announced_standings_are_put_in_place(valkey_server: ValkeyServer, tmp_path: Path) -> None:
    file = tmp_path / "standings.bin"
    one = replica(valkey_server, standings=file)
    exchange(one)
    assert not file.exists()
    for table in (b"first", b"second"):
        announce_standings(valkey_server.client(), "stillwatch", table)
        exchange(one)
        assert file.read_bytes() == table


_POLICY = """
version = "v1"
mode = "enforce"
[[rule]]
name = "shared quota"
roles = ["operator"]
respond = "throttle"
requests_per_minute = 120
burst = 10
per = "campaign"
"""
_RATE, _BURST = 2.0, 10


def guards_of(replicas: list[Replica]) -> list[Guard]:
    """Guards that know one operator with an account at each of them."""
    accounts = [
        KeyStanding(
            name=KeyName.ACCOUNT,
            value=f"a-{number}",
            subject="c-1",
            role=Role.OPERATOR,
            confidence=1.0,
            reason="one hand",
            since=datetime(2026, 1, 1, tzinfo=UTC),
            expires_at=datetime(2100, 1, 1, tzinfo=UTC),
        )
        for number in range(len(replicas))
    ]
    policy, standings = read_policy(_POLICY, "policy.toml"), Standings(build(accounts, seed=1))
    return [Guard(Guarded(policy, standings, one.budgets), new_id=lambda: "d") for one in replicas]


def admitted(guards: list[Guard], clock: Clock) -> int:
    """One request to each guard; how many went through."""
    return sum(
        guard.check(RequestFacts("", clock(), account_id=f"a-{number}")).action is Action.ALLOW
        for number, guard in enumerate(guards)
    )


@pytest.mark.parametrize("count", [2, 3])
def test_the_overshoot_of_several_guards_stays_within_the_bound(count: int, valkey_server: ValkeyServer) -> None:
    """Exchanges every 20 requests, by hand; in that time each guard admits what its own copy allows."""
    replicas = [replica(valkey_server) for _ in range(count)]
    exchange(*replicas)
    guards = guards_of(replicas)
    began_at, through = time.time(), 0
    for _ in range(10):
        through += sum(admitted(guards, replicas[0].clock) for _ in range(20))
        exchange(*replicas)
    took_s = time.time() - began_at
    one_guard = _BURST + _RATE * took_s
    assert one_guard - 1 <= through <= one_guard + (count - 1) * (_BURST + _RATE * took_s / 10) + 1


def test_what_was_admitted_too_much_is_paid_off(valkey_server: ValkeyServer) -> None:
    replicas = [replica(valkey_server) for _ in range(3)]
    exchange(*replicas)
    guards = guards_of(replicas)
    assert sum(admitted(guards, replicas[0].clock) for _ in range(20)) == pytest.approx(3 * _BURST, abs=1)
    exchange(*replicas)
    for ahead_s, expected in ((9.0, 0), (11.0, 3)):
        for one in replicas:
            one.clock.ahead_s = ahead_s
        assert admitted(guards, replicas[0].clock) == expected


def test_threads_share_within_a_few_intervals_and_never_hold_a_decision_up(valkey_server: ValkeyServer) -> None:
    replicas = [replica(valkey_server, interval_s=0.05) for _ in range(3)]
    guards = guards_of(replicas)
    for one in replicas:
        one.sync.start()
    time.sleep(0.2)
    began_at, through = time.time(), 0
    while time.time() - began_at < 1.0:
        through += admitted(guards, replicas[0].clock)
        time.sleep(0.01)
    one_guard = _BURST + _RATE * (time.time() - began_at)
    for one in replicas:
        one.sync.close()
    assert one_guard - 2 <= through <= one_guard + 2 * (_BURST + _RATE * 0.05) + 1


def test_levels_that_were_restored_are_shared(valkey_server: ValkeyServer) -> None:
    one, other = replica(valkey_server), replica(valkey_server)
    one.budgets.set(Level(77, one.clock() + 30.0), one.clock())
    exchange(one, other)
    assert other.left_s() == pytest.approx(30.0, abs=0.5)
