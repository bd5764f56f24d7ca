from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stillwatch.evidence.custody_chain import Custody, Link
from stillwatch.evidence.custody_statement import CustodyKind, CustodyStatement
from stillwatch.faces.cli.custody_text import show_history

if TYPE_CHECKING:
    import pytest

_SAID = CustodyStatement(
    kind=CustodyKind.COLLECT,
    chain="c",
    number=0,
    previous="",
    root="ab" * 32,
    name="m",
    manifest="cd" * 32,
    at=datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC),
    by="Anna",
    signer="ef" * 32,
    because="run 7",
    what={"files": 1, "bytes": 2_500_000_000_000, "source": "cluster 3"},
    clock={"is_synchronised": False},
    hardware={"hostname": "node-7", "accelerators": [{}, {}]},
)

_SHOWN = {"to_name": "Ben", "authority": "an order", "extent": "a copy"}


def test_a_record_is_shown_line_by_line_with_what_is_to_be_known_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    later = replace(_SAID, number=1, kind=CustodyKind.DISCLOSE, what=_SHOWN, because="", clock={}, hardware={})
    show_history(Custody((Link(_SAID, "1"), Link(later, "2", is_late=True)), _SAID.signer), as_json=False)
    at, who = "2026-11-22 01:02:03Z", "Anna (efefefefefefefef)"
    where = "on node-7 with 2 accelerators"
    late = "earlier than the one before, by this keeper's clock"
    assert capsys.readouterr().out.splitlines() == [
        f"  0  {at}  collect   {who}: 1 file, 2.5 TB from cluster 3  (run 7; {where}; clock follows no other)",
        f"  1  {at}  disclose  {who}: a copy to Ben, by an order  ({late})",
        f"2 statements; held by {who}",
    ]


def test_what_others_wrote_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    sly = replace(
        _SAID, by="Anna\x1b[2J\nheld by Ben", what={"source": "\x9b31m", "files": "many"}, hardware={"accelerators": 7}
    )
    show_history(Custody((Link(sly, "1"),), sly.signer), as_json=False)
    shown = capsys.readouterr().out
    assert shown.count("\n") == 2
    assert all(one.isprintable() for one in shown.splitlines())
