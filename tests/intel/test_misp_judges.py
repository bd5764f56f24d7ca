"""Foreign judges of what is written for MISP: its own libraries, in an environment of their own (`make test`)."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from shared_factory import PRODUCER, campaign, every_kind

from stillwatch.core.indicator import Form
from stillwatch.core.marking import Handling, Tlp
from stillwatch.intel.misp_feed import HASHES, MANIFEST, feed_files
from stillwatch.intel.misp_read import read_misp
from stillwatch.intel.misp_write import event_of
from stillwatch.intel.stix_read import read_bundle
from stillwatch.intel.stix_write import write_bundle

_PYTHON = Path(sys.prefix) / "misp" / "bin" / "python"
_TOLD = campaign(indicators=every_kind(), handling=Handling(tlp=Tlp.GREEN))


@pytest.fixture(scope="module")
def judged():
    """What pymisp and misp-stix make of the campaign."""
    if not _PYTHON.exists():
        pytest.skip("pymisp and misp-stix are not installed: `make .venv/.misp`")
    asked = orjson.dumps({"event": {"Event": event_of(_TOLD)}, "bundle": orjson.loads(write_bundle(_TOLD))})
    oracle = Path(__file__).with_name("misp_oracle.py")
    command = [str(_PYTHON), str(oracle)]
    done = subprocess.run(command, input=asked, capture_output=True, check=False, timeout=120)  # noqa: S603  # our own
    assert done.returncode == 0, done.stderr.decode()
    return orjson.loads(done.stdout)


def said(one):
    return one.kind, one.value, one.form, one.key_id, one.template_kind


def test_pymisp_loses_nothing_of_an_event(judged):
    read = read_misp(orjson.dumps(judged["event"]))
    assert read.refused == ()
    (found,) = read.campaigns
    assert set(found.indicators) == set(_TOLD.indicators)
    assert replace(found, indicators=()) == replace(_TOLD, indicators=())


def test_a_feed_is_as_pymisp_writes_one(judged):
    files = feed_files([_TOLD])
    ours, theirs = orjson.loads(files[MANIFEST]), judged["manifest"]
    assert ours.keys() == theirs.keys()
    for uuid, one in theirs.items():
        assert {
            name: str(ours[uuid][name]) for name in ("info", "date", "analysis", "threat_level_id", "timestamp")
        } == {name: str(one[name]) for name in ("info", "date", "analysis", "threat_level_id", "timestamp")}
        assert [tag["name"] for tag in ours[uuid]["Tag"]] == [tag["name"] for tag in one["Tag"]]
    # pymisp lists the hash of every value, of words that describe too
    assert {line.partition(",")[0] for line in files[HASHES].decode().splitlines()} <= set(judged["hashes"])
    (event,) = (one for name, one in files.items() if name not in (MANIFEST, HASHES))
    assert {one["uuid"] for one in judged["feed"]["Event"]["Attribute"]} == {
        one["uuid"] for one in orjson.loads(event)["Event"]["Attribute"]
    }


def test_misp_makes_indicators_of_stix_of_what_it_has_types_for(judged):
    assert judged["stix_errors"] == []
    read = read_bundle(orjson.dumps(judged["stix"]))
    assert read.refused == ()
    found = {(one.kind, one.value) for told in read.campaigns for one in told.indicators}
    clear = {"account", "address", "prefix", "asn", "domain", "user-agent"}
    assert found == {(one.kind, one.value) for one in _TOLD.indicators if one.kind in clear and one.form is Form.CLEAR}


def test_our_stix_comes_back_through_misp_with_every_indicator_under_its_id(judged):
    event = judged["misp"]["Event"]
    # A server adds who sent it, and when
    event |= {"Orgc": {"name": "Member A", "uuid": PRODUCER.partition("--")[2]}, "timestamp": "1795348800"}
    read = read_misp(orjson.dumps(judged["misp"]))
    assert read.refused == ()
    (found,) = read.campaigns
    assert {one.id: said(one) for one in found.indicators} == {one.id: said(one) for one in _TOLD.indicators}
    assert set(found.techniques) == set(_TOLD.techniques)
    assert found.handling.tlp is Tlp.GREEN
