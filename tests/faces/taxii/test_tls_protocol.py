"""A member shows a certificate in place of a secret; one that the settings do not name opens nothing."""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from certificates import Authority
from stillwatch.core.errors import PeerError
from stillwatch.faces.taxii.tls_protocol import certificate_sha256
from stillwatch.service.sharing.taxii_client import TaxiiClient
from stillwatch.service.sharing.taxii_way import Shown, TaxiiWay
from taxii_stand import RunningStand, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from certificates import Issued


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def known(authority: Authority) -> Issued:
    return authority.issue("lab-a")


@pytest.fixture
def stand(tmp_path: Path, authority: Authority, known: Issued) -> Iterator[RunningStand]:
    told = settings()
    lab_a, *others = told.members
    own = authority.issue("localhost")
    with RunningStand(
        tmp_path,
        replace(told, members=(replace(lab_a, certificates_sha256=(known.sha256,)), *others)),
        ssl_certfile=str(own.certificate),
        ssl_keyfile=str(own.key),
        ssl_ca_certs=str(authority.file),
        ssl_cert_reqs=ssl.CERT_OPTIONAL,
    ) as one:
        yield one


def names(stand: RunningStand, **shown: object) -> list[str]:
    client = TaxiiClient(TaxiiWay(stand.url, Shown(**shown)))
    return [one.title for one in client.collections(stand.url + "/taxii2/")]


def test_a_certificate_opens_as_a_secret_does(stand: RunningStand, authority: Authority, known: Issued) -> None:
    by_certificate = names(stand, authority=authority.file, certificate=known.certificate, key=known.key)
    assert (
        by_certificate == names(stand, authority=authority.file, secret="secret-a") == ["Open", "ReadOnly", "WriteOnly"]
    )


def test_another_certificate_of_the_same_authority_opens_nothing(stand: RunningStand, authority: Authority) -> None:
    other = authority.issue("lab-z")
    with pytest.raises(PeerError, match="the server answers 401"):
        names(stand, authority=authority.file, certificate=other.certificate, key=other.key)


def test_a_certificate_of_another_authority_is_no_certificate(
    stand: RunningStand, authority: Authority, tmp_path: Path
) -> None:
    forged = Authority(tmp_path, "forger").issue("lab-a")
    with pytest.raises(PeerError, match=r"cannot be reached|broke off"):
        names(stand, authority=authority.file, certificate=forged.certificate, key=forged.key)


def test_a_client_does_not_trust_just_any_server(stand: RunningStand) -> None:
    with pytest.raises(PeerError, match="CERTIFICATE_VERIFY_FAILED"):
        names(stand, secret="secret-a")


def test_without_tls_there_is_no_certificate() -> None:
    assert certificate_sha256(None) == ""
