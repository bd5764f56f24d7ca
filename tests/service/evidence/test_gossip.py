"""A log that tells two stories, and members of a group who compare what they were shown."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from shutil import copytree
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from bundle_site import Site
from key_log import AT
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.split_view import Verdict
from stillwatch.evidence.told_heads import SUFFIX, ToldHeads, read_told_heads, write_told_heads
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.gossip import Gossip
from stillwatch.service.evidence.log_settings import policy_of
from stillwatch.service.evidence.watched_logs import WatchedLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _leaves(count: int, digest: str = "ab") -> list[Leaf]:
    return [Leaf(kind=LeafKind.FINDING, sha256=digest * 32, noted_at=AT)] * count


class _Liar:
    """Keeps a log, and a second one under the same name and keys for somebody else."""

    def __init__(self, folder: Path, shared: int = 3) -> None:
        log = EvidenceLog.make(folder / "one", "lab.example/1", clock=lambda: 0.0)
        log.note(_leaves(shared))
        copytree(folder / "one", folder / "two")
        self.one, self.two = (EvidenceLog.open(folder / name, clock=lambda: 0.0) for name in ("one", "two"))
        self.shared = self.one.checkpoint()

    def watched(self, source: str = "") -> tuple[WatchedLog, ...]:
        return (WatchedLog(policy_of(self.one.folder), source),)


def _told(*logs: EvidenceLog) -> ToldHeads:
    return ToldHeads(tuple(str(log.checkpoint()).encode() for log in logs))


def _gossip(file: Path, watched: tuple[WatchedLog, ...]) -> Gossip:
    return Gossip(file, watched, clock=lambda: 7.0)


def test_two_heads_of_one_size_are_found_wherever_they_meet(tmp_path: Path) -> None:
    liar = _Liar(tmp_path)
    liar.one.note(_leaves(2))
    liar.two.note(_leaves(2, "cd"))
    gossip = _gossip(tmp_path / "g.db", liar.watched())
    assert [one.verdict for one in gossip.hear(_told(liar.one), by="a")] == [Verdict.SAME]
    assert gossip.splits() == ()
    for _ in range(2):
        assert [one.verdict for one in gossip.hear(_told(liar.two), by="b")] == [Verdict.SPLIT]
    (split,) = gossip.splits()
    assert {split.one, split.other} == {str(liar.one.checkpoint()), str(liar.two.checkpoint())}
    # Whoever hears of it from him finds it too, and has it from the checkpoints alone.
    other = _gossip(tmp_path / "other.db", liar.watched())
    assert Verdict.SPLIT in {one.verdict for one in other.hear(gossip.tell(), by="c")}


@pytest.mark.parametrize("shared", [1, 3, 4, 7])
def test_heads_of_different_sizes_are_told_apart_by_what_the_log_itself_shows(shared: int, tmp_path: Path) -> None:
    liar = _Liar(tmp_path, shared)
    liar.one.note(_leaves(1))
    liar.two.note(_leaves(4, "cd"))
    for number, source in enumerate((str(liar.two.folder), "")):
        gossip = _gossip(tmp_path / f"{number}.db", liar.watched(source))
        gossip.hear(_told(liar.one), by="a")
        (heard,) = gossip.hear(_told(liar.two), by="b")
        assert heard.verdict is (Verdict.SPLIT if source else Verdict.UNPROVED)
        assert len(gossip.splits()) == (1 if source else 0)
        assert len(gossip.waiting()) == (0 if source else 1)


def test_an_honest_log_is_connected_by_what_its_keeper_tells(tmp_path: Path) -> None:
    liar = _Liar(tmp_path)
    honest = liar.one
    keeper = _gossip(tmp_path / "keeper.db", liar.watched())
    reader = _gossip(tmp_path / "reader.db", liar.watched())
    verdicts = []
    for count in (0, 1, 4, 300):
        honest.note(_leaves(count))
        told = read_told_heads(write_told_heads(keeper.tell(honest)))
        verdicts.append([one.verdict for one in reader.hear(told, by="keeper")])
    assert verdicts == [[Verdict.SAME], [Verdict.CONSISTENT], [Verdict.CONSISTENT], [Verdict.CONSISTENT]]
    assert [one.verdict for one in reader.hear(ToldHeads((str(liar.shared).encode(),)), by="x")] == [Verdict.SAME]
    assert (reader.splits(), reader.waiting()) == ((), ())


def test_what_waits_is_looked_at_again_with_what_is_heard_later(tmp_path: Path) -> None:
    liar = _Liar(tmp_path)
    keeper = _gossip(tmp_path / "keeper.db", liar.watched())
    reader = _gossip(tmp_path / "reader.db", liar.watched())
    keeper.tell(liar.one)
    liar.two.note(_leaves(2, "cd"))
    reader.hear(ToldHeads((str(liar.shared).encode(),)), by="a")
    assert [one.verdict for one in reader.hear(_told(liar.two), by="b")] == [Verdict.UNPROVED]
    liar.one.note(_leaves(2))
    # The keeper tells the story of the first log, and what connects it to the head that both share.
    verdicts = [one.verdict for one in reader.hear(keeper.tell(liar.one), by="keeper")]
    assert Verdict.SPLIT in verdicts
    assert len(reader.splits()) == 1


def test_what_nobody_here_watches_or_the_log_did_not_sign_counts_for_nothing(tmp_path: Path) -> None:
    liar = _Liar(tmp_path)
    stranger = EvidenceLog.make(tmp_path / "s", "other.example/1", clock=lambda: 0.0)
    forger = EvidenceLog.make(tmp_path / "f", "lab.example/1", clock=lambda: 0.0)
    forger.note(_leaves(3, "cd"))
    gossip = _gossip(tmp_path / "g.db", liar.watched())
    gossip.hear(_told(liar.one), by="a")
    heard = gossip.hear(ToldHeads((*_told(stranger, forger).notes, b"none")), by="b")
    assert [one.verdict for one in heard] == [None, None, None]
    assert gossip.splits() == ()


def test_a_split_is_found_across_an_air_gap(tmp_path: Path) -> None:
    """One side of the gap was shown one story, the other side another one; a bundle carries what the first knows."""
    liar = _Liar(tmp_path)
    liar.one.note(_leaves(2))
    liar.two.note(_leaves(2, "cd"))
    outside, inside = Site(tmp_path / "outside"), Site(tmp_path / "inside")
    heard_outside = _gossip(outside.folder / "g.db", liar.watched())
    heard_outside.hear(_told(liar.one), by="lab.example")
    carried = outside.folder / f"logs{SUFFIX}"
    carried.write_bytes(write_told_heads(heard_outside.tell()))
    heard_inside = _gossip(inside.folder / "g.db", liar.watched())
    heard_inside.hear(_told(liar.two), by="lab.example")
    imported = inside.take(outside.export(carried))
    (laid_down,) = imported.laid_down
    (found,) = heard_inside.hear(read_told_heads(laid_down.read_bytes()), by=imported.manifest.producer_name)
    assert found.verdict is Verdict.SPLIT
    assert heard_inside.splits()[0].heard_from == "Lab A"
    outside.close()
    inside.close()


@pytest.fixture
def published(tmp_path: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    (tmp_path / "www").mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "www"))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_published_log_is_asked_over_http(published: str, tmp_path: Path) -> None:
    liar = _Liar(tmp_path, 300)
    liar.one.note(_leaves(1))
    liar.two.note(_leaves(700, "cd"))
    copytree(liar.two.folder / "log", tmp_path / "www" / "log")
    gossip = _gossip(tmp_path / "g.db", liar.watched(f"{published}/log"))
    gossip.hear(_told(liar.one), by="a")
    assert [one.verdict for one in gossip.hear(_told(liar.two), by="b")] == [Verdict.SPLIT]
    nowhere = _gossip(tmp_path / "n.db", liar.watched("http://127.0.0.1:9/log"))
    nowhere.hear(_told(liar.one), by="a")
    assert [one.verdict for one in nowhere.hear(_told(liar.two), by="b")] == [Verdict.UNPROVED]
