"""By what a salt is called."""

from __future__ import annotations

from stillwatch.core.salt_id import salt_id


def test_two_salts_have_two_names_of_sixteen_digits():
    assert salt_id(1) != salt_id(2)
    assert len(salt_id(2**62)) == 16
