"""A folder of events that any web server can serve."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from shared_factory import NOW, campaign, every_kind, indicator

from stillwatch.core.errors import InputError
from stillwatch.intel.misp_feed import HASHES, MANIFEST, event_names, feed_files
from stillwatch.intel.misp_read import read_misp

_OTHER = "campaign--11111111-0a4c-4f0e-9d5a-6a4a1f5c3b11"
_FILE = "0b62a4e4-0a4c-4f0e-9d5a-6a4a1f5c3b11.json"


def other(**changes):
    return campaign(id=_OTHER, name="cluster-18", indicators=(indicator(7, campaign_id=_OTHER),), **changes)


def test_a_feed_says_what_is_in_it():
    files = feed_files([campaign(indicators=every_kind())])
    assert set(files) == {_FILE, MANIFEST, HASHES}
    assert event_names(files[MANIFEST]) == (_FILE,)
    assert read_misp(files[_FILE]).campaigns[0].id == campaign().id
    digest = hashlib.md5(b"proxy.example", usedforsecurity=False).hexdigest()
    assert f"{digest},{_FILE.removesuffix('.json')}" in files[HASHES].decode().splitlines()
    # tokens of one value are one value
    assert len(files[HASHES].splitlines()) == len({one.value for one in every_kind()})


def test_what_a_folder_holds_stays():
    before = feed_files([campaign()])
    after = feed_files([other()], manifest=before[MANIFEST], hashes=before[HASHES])
    assert set(after) == {"11111111-0a4c-4f0e-9d5a-6a4a1f5c3b11.json", MANIFEST, HASHES}
    assert len(event_names(after[MANIFEST])) == 2
    assert set(before[HASHES].splitlines()) < set(after[HASHES].splitlines())


def test_a_newer_version_takes_the_place_of_the_older_and_never_the_other_way_round():
    newer = campaign(version_at=NOW + timedelta(days=1), indicators=(indicator(value="other"),))
    before = feed_files([campaign()])
    after = feed_files([newer], manifest=before[MANIFEST], hashes=before[HASHES])
    assert len(after[HASHES].splitlines()) == 1
    assert after[HASHES] != before[HASHES]
    again = feed_files([campaign()], manifest=after[MANIFEST], hashes=after[HASHES])
    assert again == {MANIFEST: after[MANIFEST], HASHES: after[HASHES]}
    assert feed_files([newer, campaign()])[_FILE] == after[_FILE]


def test_names_of_files_are_never_paths():
    manifest = orjson.dumps({"../../etc/passwd": {}, "/etc/x": {}, campaign().id.partition("--")[2]: {}})
    assert event_names(manifest) == (_FILE,)


@pytest.mark.parametrize("data", [b"x", b"[]", b"7"])
def test_what_is_no_manifest_is_refused(data):
    with pytest.raises(InputError, match="manifest"):
        feed_files([replace(campaign())], manifest=data)
