"""What a change comes to: whose id it is, which version is first and last, what a deletion leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carried import carried, id_of, observable
from stillwatch.service.sharing.change_plan import Head, Plan, plan_append, plan_delete
from stillwatch.service.sharing.object_store import Kept
from stillwatch.service.sharing.stream_row import Place

if TYPE_CHECKING:
    from stillwatch.service.sharing.carried_object import CarriedObject
    from stillwatch.service.sharing.stream_row import Row


class Table:
    """Rows as a database would keep them."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.head = Head(0, 0)

    def add(self, *objects: CarriedObject, by: str = "a", now_us: int = 1) -> Plan:
        return self._keep(plan_append(objects, self.rows.values(), by=by, head=self.head, now_us=now_us))

    def delete(self, producer: str) -> Plan:
        gone = plan_delete(self.rows.values(), lambda row: row.producer == producer, head=self.head, now_us=1)
        return self._keep(gone)

    def _keep(self, plan: Plan) -> Plan:
        self.rows |= {row.seq: row for row in plan.added}
        for seq in plan.removed:
            del self.rows[seq]
        for seq, (is_current, place) in plan.places.items():
            self.rows[seq] = self.rows[seq]._replace(is_current=is_current, place=place)
        self.head = plan.head
        return plan

    def shown(self) -> list[tuple[int, str, str, bool, bool]]:
        return [
            (row.seq, row.producer, row.version[8:10], bool(row.place & Place.FIRST), row.is_current)
            for row in self.rows.values()
            if row.is_shown
        ]


def test_the_greatest_version_is_the_last_whenever_it_came() -> None:
    table = Table()
    table.add(carried("x", 2))
    table.add(carried("x", 3), carried("x", 1))
    assert table.shown() == [(1, "a", "02", False, False), (2, "a", "03", False, True), (3, "a", "01", True, False)]


def test_times_rise_even_if_the_clock_goes_back() -> None:
    table = Table()
    table.add(carried("x"), carried("y"), now_us=100)
    table.add(carried("z"), now_us=50)
    assert [row.added_us for row in table.rows.values()] == [100, 101, 102]


def test_what_is_here_already_is_kept_once() -> None:
    table = Table()
    table.add(carried("x"))
    assert table.add(carried("x"), carried("x")).kept == (
        Kept(1, id_of("x"), carried("x").version, is_new=False),
        Kept(1, id_of("x"), carried("x").version, is_new=False),
    )
    assert len(table.rows) == 1


def test_a_version_does_not_change_and_the_sender_is_told() -> None:
    table = Table()
    table.add(carried("x"))
    before = dict(table.rows)
    (kept,) = table.add(carried("x", name="another")).kept
    assert kept == Kept(
        1,
        id_of("x"),
        carried("x").version,
        is_new=False,
        note="this version is here with other content, and that stays",
    )
    assert table.rows == before


def test_versions_are_told_apart_by_the_version_of_stix() -> None:
    table = Table()
    table.add(carried("x", 1), carried("x", 2), carried("x", 3, spec_version="2.0"))
    assert [(row.is_current, Place(row.place)) for row in table.rows.values()] == [
        (False, Place.FIRST | Place.FIRST_OF_SPEC),
        (True, Place.LAST_OF_SPEC),
        (False, Place.LAST | Place.FIRST_OF_SPEC | Place.LAST_OF_SPEC | Place.OLD_SPEC),
    ]


def test_an_id_belongs_to_who_sent_it_first_even_when_deleted() -> None:
    table = Table()
    table.add(carried("x"))
    assert table.add(carried("x", 9), by="b").refused[0].reason == "this id is of another producer"
    table.delete("a")
    assert table.add(carried("x", 9), by="b").refused[0].reason == "this id is of another producer"
    assert table.add(carried("x", 9)).kept[0].is_new


def test_what_two_say_alike_is_shown_once_and_stays_while_one_stands_for_it() -> None:
    table = Table()
    table.add(carried("x"))
    assert table.add(carried("x"), by="b").kept[0].is_new
    assert table.shown() == [(1, "a", "01", True, True)]
    plan = table.delete("a")
    assert [(row.seq, row.producer, row.is_tombstone) for row in plan.added] == [(3, "a", True), (4, "b", False)]
    assert plan.data_of == {4: 2}
    assert table.shown() == [(4, "b", "01", True, True)]
    assert table.delete("b").head == Head(5, 5)
    assert table.shown() == []


def test_an_observable_that_changes_is_another_version_at_the_time_it_came() -> None:
    table = Table()
    table.add(observable("x", value="192.0.2.1"))
    table.add(observable("x", value="192.0.2.1"))
    table.add(observable("x", value="192.0.2.2"), now_us=7)
    assert [row.version for row in table.rows.values()] == [
        "1970-01-01T00:00:00.000001Z",
        "1970-01-01T00:00:00.000007Z",
    ]


def test_an_id_that_follows_from_content_may_come_from_several() -> None:
    table = Table()
    theirs = observable("x", value="192.0.2.1")._replace(is_named_by_content=True)
    ours = observable("x", value="192.0.2.1", labels=["proxy"])._replace(is_named_by_content=True)
    table.add(theirs)
    assert table.add(ours, by="b").refused == ()
    assert table.add(ours._replace(is_named_by_content=False, digest=b"?"), by="c").refused
    assert [one[3:] for one in table.shown()] == [(True, True), (True, True)]


def test_a_deletion_leaves_a_tombstone_for_each_version() -> None:
    table = Table()
    table.add(carried("x", 1), carried("x", 2))
    plan = table.delete("a")
    assert [(row.seq, row.version[8:10], row.is_tombstone) for row in plan.added] == [(3, "01", True), (4, "02", True)]
    assert plan.removed == (1, 2)
    assert table.delete("a").added == ()
