from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.faces.report.island import to_island

VALUES = st.recursive(
    st.text() | st.integers() | st.booleans() | st.sampled_from(["</script>", "<!--", "\u2028", "]]>", "&lt;"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_an_island_reads_back_and_holds_no_markup(value: object):
    island = to_island(value)
    assert json.loads(island) == value
    assert not set("<>&'\u2028\u2029") & set(island)


def test_an_end_tag_is_written_as_escapes():
    assert to_island({"a": "</script>\u2028"}) == '{"a":"\\u003c/script\\u003e\\u2028"}'
