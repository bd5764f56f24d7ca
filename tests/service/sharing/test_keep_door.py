"""Who enters by what, and with which rights."""

from __future__ import annotations

import hashlib

import pytest

from stillwatch.core.marking import Tlp
from stillwatch.service.sharing.access import Caller, Credentials, Rights
from stillwatch.service.sharing.keep_door import MembersDoor
from stillwatch.service.sharing.taxii_settings import Collection, MemberEntry, TaxiiSettings


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_SETTINGS = TaxiiSettings(
    store="",
    collections=(Collection(id="c-1"), Collection(id="c-2")),
    members=(
        MemberEntry(
            name="lab-a",
            identity="identity--1",
            secrets_sha256=(digest("one"), digest("two")),
            reading_secrets_sha256=(digest("read"),),
            certificates_sha256=("ab",),
            reads=("*",),
            writes=("c-1",),
            ceiling="green",
        ),
        MemberEntry(name="warden", secrets_sha256=(digest("w"),), reads=("c-2",), moderates=("c-2",)),
    ),
)
_LAB = Caller(
    name="lab-a",
    identity="identity--1",
    rights={"c-1": Rights(can_read=True, can_write=True), "c-2": Rights(can_read=True)},
    ceiling=Tlp.GREEN,
)


@pytest.mark.parametrize(
    "shown",
    [
        Credentials(secret="one"),
        Credentials(secret="two"),
        Credentials("lab-a", "one"),
        Credentials(certificate_sha256="ab"),
        Credentials("lab-a", "one", "cd"),
    ],
)
def test_any_of_a_members_credentials_opens(shown: Credentials) -> None:
    assert MembersDoor(_SETTINGS).caller(shown) == _LAB


@pytest.mark.parametrize(
    "shown",
    [
        Credentials(),
        Credentials(secret="three"),
        Credentials(secret=digest("one")),
        Credentials("warden", "one"),
        Credentials("lab-a", ""),
        Credentials(certificate_sha256="cd"),
        Credentials(secret="three", certificate_sha256="ab"),
        Credentials(secret="\udcff"),
    ],
)
def test_nothing_else_does(shown: Credentials) -> None:
    assert MembersDoor(_SETTINGS).caller(shown) is None


def test_a_secret_for_reading_gives_no_other_right() -> None:
    found = MembersDoor(_SETTINGS).caller(Credentials(secret="read"))
    assert found is not None
    assert found.rights == {"c-1": Rights(can_read=True), "c-2": Rights(can_read=True)}


def test_a_moderator_moderates_where_he_is_named() -> None:
    found = MembersDoor(_SETTINGS).caller(Credentials(secret="w"))
    assert found is not None
    assert found.rights == {"c-1": Rights(), "c-2": Rights(can_read=True, can_moderate=True)}
