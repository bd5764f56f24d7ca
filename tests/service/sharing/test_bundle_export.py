"""Export: the next of a row, what is new alone, and no number twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bundle_site import EXPORTER, KEY, Site
from received_rows import LAB_A, NOW
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.intel.signed_bundle import open_bundle_file
from stillwatch.service.audit_trail import first_broken, read_entries
from stillwatch.service.sharing.bundle_export import STIX, export_bundle, media_type_of
from stillwatch.signing.dsse import is_signed_by, public_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "site")
    yield made
    made.close()


def test_bundles_make_a_row_and_carry_what_is_new(site: Site) -> None:
    first, second = site.campaign_file(1), site.campaign_file(2)
    paths = [site.export(first), site.export(first, second)]
    one, two = (open_bundle_file(path.read_bytes()) for path in paths)
    assert [path.name for path in paths] == ["main-000001.swb", "main-000002.swb"]
    assert (one.manifest.export_seq, one.manifest.previous, one.manifest.producer) == (1, "", LAB_A)
    assert (two.manifest.export_seq, two.manifest.previous) == (2, one.sha256)
    assert list(two.files()) == ["campaign-2.json"]
    assert two.manifest.files[0].media_type == STIX
    assert two.manifest.expires_at == NOW + timedelta(days=30)
    assert is_signed_by(two.envelope, public_bytes(KEY))


def test_where_nothing_is_new_nothing_is_written(site: Site) -> None:
    file = site.campaign_file(1)
    site.export(file)
    again = export_bundle(site.bundles, [file], EXPORTER, out=site.outbox, at=NOW)
    assert (again.path, again.manifest, again.left_out) == (None, None, (file,))
    whole = open_bundle_file(site.export(file, is_complete=True).read_bytes()).manifest
    assert (whole.export_seq, whole.is_complete) == (2, True)


def test_a_bundle_that_was_written_and_not_noted_keeps_its_number(site: Site) -> None:
    """A process that is killed between the two leaves the file and no row."""
    first, second = site.campaign_file(1), site.campaign_file(2)
    written = site.export(first)
    site.bundles.execute("DELETE FROM exported")
    site.bundles.execute("DELETE FROM carried")
    following = open_bundle_file(site.export(first, second).read_bytes())
    assert following.manifest.export_seq == 2
    assert following.manifest.previous == open_bundle_file(written.read_bytes()).sha256
    assert list(following.files()) == ["campaign-2.json"]


def test_a_strangers_bundle_in_the_outbox_is_not_taken_for_ours(site: Site) -> None:
    file = site.campaign_file(1)
    site.export(file, key=Ed25519PrivateKey.generate())
    site.bundles.execute("DELETE FROM exported")
    with pytest.raises(SettingsError, match="another bundle of this number"):
        site.export(file)


def test_every_export_is_in_the_audit_trail(site: Site) -> None:
    site.export(site.campaign_file(1))
    [entry] = read_entries(site.bundles)
    assert (entry.what, entry.who, entry.about) == ("bundle_exported", "Lab A", "main")
    assert entry.detail["files"] == ["campaign-1.json"]
    assert first_broken(site.bundles) is None


def test_what_cannot_be_carried_is_refused(site: Site, tmp_path: Path) -> None:
    odd, other = tmp_path / "a b.json", tmp_path / "b" / "campaign-1.json"
    odd.write_text("{}")
    other.parent.mkdir()
    other.write_text("{}")
    for files in ([odd], [site.campaign_file(1), other]):
        with pytest.raises(InputError, match="a file with this name"):
            site.export(*files)
    with pytest.raises(InputError, match="cannot be read"):
        site.export(tmp_path / "missing.json")
    with pytest.raises(InputError, match="0 files"):
        site.export()
    (tmp_path / "taken").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        export_bundle(site.bundles, [other], EXPORTER, out=tmp_path / "taken", at=NOW)
    assert list(site.bundles.execute("SELECT * FROM exported")) == []


def test_what_a_file_is_follows_from_beginning_or_name() -> None:
    kinds = [
        media_type_of("a.json", b'{"type":"bundle","id":"bundle--1"'),
        media_type_of("a.json", b"{}"),
        media_type_of("a.csv", b""),
        media_type_of("a.toml", b""),
        media_type_of("a", b'"bundle--1"'),
    ]
    assert kinds == [STIX, "application/json", "text/csv", "application/toml", "application/octet-stream"]
