from __future__ import annotations

import pytest

from exchange_log import exchange, quiet, write_log
from stillwatch.core.errors import InputError
from stillwatch.service.settings import ScanSettings
from stillwatch.service.take_in import take_in


def test_logs_go_into_the_store_and_the_store_alone_will_do_after(tmp_path):
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(30)))
    settings = ScanSettings(logs=(str(log),), store=tmp_path / "store", workers=1)
    store, inputs = take_in(settings, None, quiet)
    assert [entry.path for entry in inputs] == [str(log)]
    again = take_in(ScanSettings(store=tmp_path / "store"), None, quiet)
    assert again[1] == inputs
    assert again[0].settings == store.settings


def test_without_log_and_store_there_is_nothing_to_scan(tmp_path):
    with pytest.raises(InputError, match="no log to scan and no store yet"):
        take_in(ScanSettings(store=tmp_path / "store"), None, quiet)


def test_a_new_store_takes_the_salt_of_the_members(tmp_path):
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(3)))
    (tmp_path / "salt").write_text("0123456789abcdef" * 4)
    stores = [tmp_path / name for name in ("a", "b")]
    asked = [ScanSettings(logs=(str(log),), store=one, workers=1, salt_file=tmp_path / "salt") for one in stores]
    assert len({take_in(one, None, quiet)[0].settings.salt for one in (*asked, asked[0])}) == 1
