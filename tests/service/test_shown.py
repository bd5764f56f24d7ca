"""Exchanges and words are shown with redacted texts only; `test_explain.py` holds the rest."""

from __future__ import annotations

import re

from stillwatch.service.bases import write_bases
from stillwatch.service.explain import explain
from stillwatch.service.write_result import write_result


def test_at_most_a_dozen_of_each_in_order_of_time_and_redacted(small_scan, tmp_path):
    write_result(small_scan.result, tmp_path)
    write_bases(tmp_path, small_scan.settings, small_scan.result.bases)
    told = explain(tmp_path, small_scan.result.campaigns[0].id, account_id=None, store=None)
    assert 0 < len(told.shown) <= 12
    assert 0 < len(told.keys) <= 12
    assert [one.at for one in told.shown] == sorted(one.at for one in told.shown)
    assert not any(re.search(r"[\w.]+@[\w.]+\.\w+", one.excerpt) for one in told.shown)
    assert len({(one.kind, one.words) for one in told.keys if one.words}) > 1
