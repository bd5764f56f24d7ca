from __future__ import annotations

import pytest

from stillwatch.attribution.rule_shelf import rule_named
from stillwatch.core.errors import InputError
from stillwatch.evaluation.distil.variant import VARIANTS, mark_of, variant_named


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda one: one.name)
def test_each_variant_is_a_mark_and_a_rule_of_the_shelves(variant):
    assert variant_named(variant.name) is variant
    assert not rule_named(variant.rule).needs_served
    mark = mark_of(variant, bytes(32))
    assert mark.scheme.context_width == variant.context_width
    assert mark_of(variant, bytes(31) + b"1").key != mark.key


def test_no_other_name_is_a_variant():
    with pytest.raises(InputError, match="name one of gumbel"):
        variant_named("kgw")
