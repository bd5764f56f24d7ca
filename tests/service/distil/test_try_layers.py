"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from small_bench import SIZES, bench_of, silent, small_settings

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.attribution.detect import detect_pairs, pairs_of
from stillwatch.attribution.slot import Slot, in_slot, slot_key_of
from stillwatch.core.mark_label import MarkLabel, MarkLayer
from stillwatch.evaluation.distil.variant import VARIANTS, mark_of
from stillwatch.service.distil.try_layers import try_layers


@pytest.mark.slow
def test_one_plan_tests_the_global_key_and_every_account(tmp_path):
    bench = bench_of(small_settings(tmp_path, sizes=replace(SIZES, accounts=3)))
    tests = try_layers(bench, silent)["tests"]
    epoch = bench.vault.ring.epochs.begin.isoformat()
    accounts = [f"account/account-{number:02d}/{epoch}" for number in range(3)]
    assert [one["key"] for one in tests] == [f"global/{epoch}", *accounts]
    assert len({one["plan_leaf"] for one in tests}) == 1
    assert [one["verdict"] is not None for one in tests].count(True) == 1
    # The answers themselves bear each key in its own contexts, and an account's key in its own answers alone.
    slot_key = slot_key_of(bench.vault.ring.secret(MarkLabel(MarkLayer.SLOT, "", epoch)))
    rows = bench.taught.stages.arrays("layered-answers", dict)["rows"][:, 8:]

    def log10_p(label, layer, part):
        mark = mark_of(VARIANTS[0], bench.vault.ring.secret(label))
        pairs = in_slot(pairs_of(tuple(part), 2), Slot(slot_key, 2, layer))
        return detect_pairs(pairs, mark.scheme, mark.key).log10_p

    assert log10_p(MarkLabel(MarkLayer.GLOBAL, "", epoch), 0, rows) < -10
    first = MarkLabel(MarkLayer.ACCOUNT, "account-00", epoch)
    assert log10_p(first, 1, rows[::3]) < -4
    assert log10_p(first, 1, rows[1::3]) > -3
