from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, NoReturn

from stillwatch.service.evidence.acted import Acted, acted

if TYPE_CHECKING:
    import pytest


def test_the_machine_says_who_runs_it_and_the_person_the_rest() -> None:
    found = acted(name="Ada", reason="ap-1")
    assert found.plain() == {"os_user": found.os_user, "name": "Ada", "reason": "ap-1", "host": found.host}
    assert found.os_user
    assert found.host


def test_an_account_without_a_name_has_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> NoReturn:
        raise KeyError("getpwuid(): uid not found: 1000")

    monkeypatch.setattr(getpass, "getuser", nobody)
    monkeypatch.setattr("os.getuid", lambda: 1000)
    assert acted() == Acted(os_user="(1000)", host=acted().host)
