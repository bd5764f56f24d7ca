"""What every store promises, as tests that are run on each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from carried import DAY_US, carried, id_of, observable
from stillwatch.core.marking import Tlp
from stillwatch.service.sharing.object_store import EVERYTHING, NOTHING, Filters, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from stillwatch.service.sharing.object_store import ObjectStore

    Promise = Callable[[ObjectStore], Coroutine[Any, Any, None]]


async def pages_follow_one_another(store: ObjectStore) -> None:
    await store.append("c", [carried(letter) for letter in "abcdefg"], by="m")
    await store.append("other", [carried("z")], by="m")
    seen: list[str] = []
    after, has_more = 0, True
    while has_more:
        page = await store.page("c", after, limit=3)
        seen += [row.object_id for row in page.rows]
        after, has_more = page.rows[-1].seq, page.has_more
    assert seen == [id_of(letter) for letter in "abcdefg"]
    assert (await store.page("c", after)).rows == ()
    assert await store.last_seq() == 8


async def packed_is_the_same_in_one_piece(store: ObjectStore) -> None:
    objects = [carried(letter) for letter in "abcdefg"]
    await store.append("c", objects, by="m")
    rows = (await store.page("c")).rows
    first = await store.packed("c", limit=4)
    assert first == (4, rows[0].added_us, rows[3].added_us, 4, True, b",".join(one.data for one in objects[:4]))
    rest = await store.packed("c", first.last_seq, limit=3)
    assert rest == (3, rows[4].added_us, rows[6].added_us, 7, False, b",".join(one.data for one in objects[4:]))
    assert await store.packed("c", rest.last_seq) == NOTHING
    assert (await store.packed("c", filters=Filters(added_after_us=rows[5].added_us))).data == objects[6].data


async def what_was_put_in_comes_out(store: ObjectStore) -> None:
    one = carried("a", name="Prüfung")
    await store.append("c", [one], by="m")
    (row,) = (await store.page("c")).rows
    assert row == (1, one.object_id, one.version, row.added_us, "m", "2.1", one.data, False)
    (bare,) = (await store.page("c", filters=Filters(with_data=False))).rows
    assert bare == row._replace(data=b"")


async def filters_hold_together(store: ObjectStore) -> None:
    await store.append("c", [carried("a", 1), carried("a", 2), carried("b", 2, spec_version="2.0")], by="m")
    await store.append("c", [carried("c", 3, kind="campaign")._replace(tlp=Tlp.RED), observable("d")], by="m")
    a1, a2, b2, c3, d0 = (row.added_us for row in (await store.page("c", filters=Filters(versions=("all",)))).rows)
    assert a1 < a2 < b2 < c3 < d0
    expected: list[tuple[Filters, list[int]]] = [
        (Filters(), [a2, b2, c3, d0]),
        (Filters(versions=("first",)), [a1, b2, c3, d0]),
        (Filters(versions=("all",)), [a1, a2, b2, c3, d0]),
        (Filters(versions=("first", "last")), [a1, a2, b2, c3, d0]),
        (Filters(versions=(20_758 * DAY_US,)), [a1]),
        (Filters(versions=(20_758 * DAY_US, d0)), [a1, d0]),
        (Filters(ids=(id_of("a"), id_of("b"))), [a2, b2]),
        (Filters(ids=(id_of("a"),), versions=("all",)), [a1, a2]),
        (Filters(types=("campaign",)), [c3]),
        (Filters(types=("campaign", "indicator")), [a2, b2, c3]),
        (Filters(spec_versions=("2.0",)), [b2]),
        (Filters(spec_versions=("2.1",), versions=("first",)), [a1, c3, d0]),
        (Filters(spec_versions=("2.0", "2.1")), [a2, b2, c3, d0]),
        (Filters(spec_versions=None, versions=("first",)), [a1, b2, c3, d0]),
        (Filters(types=("indicator",), ids=(id_of("c", "campaign"),)), []),
        (Filters(added_after_us=b2), [c3, d0]),
        (Filters(added_after_us=b2 - 1), [b2, c3, d0]),
        (Filters(added_after_us=d0), []),
        (Filters(ceiling=Tlp.AMBER_STRICT), [a2, b2, d0]),
    ]
    for filters, wanted in expected:
        found = await store.page("c", filters=filters)
        assert [row.added_us for row in found.rows] == wanted, filters


async def of_an_old_version_of_stix_only_who_asks_hears(store: ObjectStore) -> None:
    await store.append("c", [carried("a", 1), carried("a", 2), carried("a", 3, spec_version="2.0")], by="m")
    expected: list[tuple[Filters, list[int]]] = [
        (Filters(), [2]),
        (Filters(versions=("first",)), [1]),
        (Filters(versions=("all",)), [1, 2]),
        (Filters(versions=(20_760 * DAY_US,)), []),
        (Filters(versions=(20_760 * DAY_US,), spec_versions=None), [3]),
        (Filters(spec_versions=("2.0",)), [3]),
        (Filters(spec_versions=("2.0", "2.1")), [3]),
        (Filters(spec_versions=("2.0", "2.1"), versions=("first",)), [1]),
        (EVERYTHING, [1, 2, 3]),
    ]
    for filters, wanted in expected:
        assert [row.seq for row in (await store.page("c", filters=filters)).rows] == wanted, filters


async def foreign_ids_are_refused(store: ObjectStore) -> None:
    await store.append("c", [carried("a")], by="m")
    before = await store.page("c")
    appended = await store.append("c", [carried("a", 5, name="ours now"), carried("b")], by="n")
    assert [one.object_id for one in appended.kept] == [id_of("b")]
    assert [one.reason for one in appended.refused] == ["this id is of another producer"]
    assert (await store.page("c", filters=Filters(ids=(id_of("a"),)))).rows == before.rows
    assert await store.delete("c", id_of("a"), by="n") == 0
    assert (await store.page("c")).rows[:1] == before.rows


async def deletions_are_changes(store: ObjectStore) -> None:
    await store.append("c", [carried("a", 1), carried("a", 2), carried("b")], by="m")
    seen = await store.last_seq()
    assert await store.delete("c", id_of("a"), by="m", filters=Filters(versions=("last",))) == 1
    assert [(row.object_id, row.version[8:10]) for row in (await store.page("c")).rows] == [
        (id_of("a"), "01"),
        (id_of("b"), "01"),
    ]
    assert await store.delete("c", id_of("a"), by="m") == 1
    assert await store.delete("c", id_of("a"), by="m") == 0
    changes = (await store.page("c", seen, EVERYTHING)).rows
    assert [(row.object_id, row.version[8:10], bool(row.is_tombstone), row.data) for row in changes] == [
        (id_of("a"), "02", True, b""),
        (id_of("a"), "01", True, b""),
    ]


async def all_of_a_producer_is_withdrawn(store: ObjectStore) -> None:
    await store.append("c", [carried("a"), carried("b")], by="m")
    await store.append("d", [carried("a")], by="m")
    await store.append("c", [carried("b"), carried("x")], by="n")
    assert await store.withdraw("m") == 3
    rows = [(row.object_id, row.producer) for row in (await store.page("c")).rows]
    assert sorted(rows) == [(id_of("b"), "n"), (id_of("x"), "n")]
    assert (await store.page("d")).rows == ()
    assert await store.withdraw("m") == 0


async def statuses_are_remembered_for_a_time(store: ObjectStore) -> None:
    one = Status("s-1", "m", 5, b"{}")
    await store.keep_status(one)
    assert await store.status("s-1") == one
    await store.forget_statuses(5)
    assert await store.status("s-1") == one
    await store.forget_statuses(6)
    assert await store.status("s-1") is None


async def writers_take_turns(store: ObjectStore) -> None:
    """A reader who goes on from what it has seen misses nothing, although several write."""
    seen: list[int] = []

    async def follow() -> None:
        while len(seen) < 60:
            page = await store.page("c", seen[-1] if seen else 0, EVERYTHING, 7)
            seen.extend(row.seq for row in page.rows)
            await asyncio.sleep(0)

    letters = [chr(0x3000 + number) for number in range(60)]
    writes = (store.append("c", [carried(one) for one in letters[i : i + 3]], by=f"m-{i}") for i in range(0, 60, 3))
    await asyncio.wait_for(asyncio.gather(follow(), *writes), 30)
    assert seen == list(range(1, 61))


PROMISES: tuple[Promise, ...] = (
    pages_follow_one_another,
    packed_is_the_same_in_one_piece,
    what_was_put_in_comes_out,
    filters_hold_together,
    of_an_old_version_of_stix_only_who_asks_hears,
    foreign_ids_are_refused,
    deletions_are_changes,
    all_of_a_producer_is_withdrawn,
    statuses_are_remembered_for_a_time,
    writers_take_turns,
)
