"""A student whose lessons were bought through sixteen accounts, of answers with two layers: a global key and theirs.

A secret slot key says context by context which layer marks there. One plan tests the global key and every account's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stillwatch.attribution.key_ring import commitment_of
from stillwatch.attribution.pair_table import contexts_of_texts
from stillwatch.attribution.planned_layer import PlannedLayer
from stillwatch.attribution.slot import LayeredMark, slot_key_of
from stillwatch.core.mark_label import MarkLabel, MarkLayer
from stillwatch.evaluation.distil.variant import variant_named
from stillwatch.service.distil.amounts import amounts_of
from stillwatch.service.distil.judge_student import KeyedTest, committed_mark, committed_secret
from stillwatch.service.distil.teach import marked_answers
from stillwatch.service.distil.try_student import Trial, clean_student, try_student, written_by

if TYPE_CHECKING:
    import numpy.typing as npt

    from stillwatch.attribution.reference_sampler import Mark
    from stillwatch.evaluation.distil.variant import Variant
    from stillwatch.service.distil.bench import Bench
    from stillwatch.service.distil.judge_student import Vault
    from stillwatch.service.distil.teach import Progress

    Ints = npt.NDArray[np.int64]

_LAYERS = 2


def try_layers(bench: Bench, progress: Progress) -> dict[str, Any]:
    """The tests of the global key and of each account's, on one student of marked answers alone."""
    variant, taught = variant_named(bench.settings.variants[0]), bench.taught
    slot = _label(bench.vault, MarkLayer.SLOT)
    mark = _mark(variant, slot, bench)
    marked = marked_answers("layered", taught, mark, progress)
    trial = Trial(
        name="layered",
        told={"variant": variant.name, "marked_percent": 100, "accounts": len(mark.own)},
        amounts=amounts_of(_tests(variant, slot, mark, marked, bench), taught.sizes),
        write=written_by("layered", marked, bench, progress),
        clean=(clean_student(bench, progress),),
    )
    return {"tests": try_student(trial, bench)}


def _mark(variant: Variant, slot: MarkLabel, bench: Bench) -> LayeredMark:
    accounts = bench.taught.sizes.accounts
    return LayeredMark(
        slot_key=slot_key_of(committed_secret(bench.vault, slot)),
        shared=committed_mark(bench.vault, _label(bench.vault, MarkLayer.GLOBAL), variant),
        own=tuple(committed_mark(bench.vault, one, variant) for one in _accounts(bench.vault, accounts)),
        account_of=np.arange(bench.taught.sizes.answers) % accounts,
    )


def _tests(variant: Variant, slot: MarkLabel, mark: LayeredMark, marked: Ints, bench: Bench) -> tuple[KeyedTest, ...]:
    """The global key first."""
    vault, prompt = bench.vault, bench.taught.sizes.prompt
    commitment = commitment_of(slot, vault.ring.secret(slot))

    def test(label: MarkLabel, one: Mark, rows: Ints, layer: int) -> KeyedTest:
        served = contexts_of_texts([row[prompt:] for row in rows], width=variant.context_width)
        return KeyedTest(label, one, variant.rule, served, str(PlannedLayer(layer, _LAYERS, commitment)))

    labels = _accounts(vault, len(mark.own))
    return (
        test(_label(vault, MarkLayer.GLOBAL), mark.shared, marked, 0),
        *(
            test(label, own, marked[mark.account_of == number], 1)
            for number, (label, own) in enumerate(zip(labels, mark.own, strict=True))
        ),
    )


def _accounts(vault: Vault, count: int) -> list[MarkLabel]:
    return [_label(vault, MarkLayer.ACCOUNT, f"account-{number:02d}") for number in range(count)]


def _label(vault: Vault, layer: MarkLayer, owner: str = "") -> MarkLabel:
    return MarkLabel(layer, owner, vault.ring.epochs.begin.isoformat())
