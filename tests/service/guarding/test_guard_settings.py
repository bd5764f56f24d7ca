from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.core.identity import Identity
from stillwatch.service.guarding.guard_settings import GuardSettings, read_guard_settings

PATH = Path("/etc/stillwatch/guard.toml")


def test_paths_are_relative_to_the_file_and_header_names_in_lower_case() -> None:
    text = """
policy = "policy.toml"
standings = "/var/lib/stillwatch/standings.bin"
state = "guard.db"
[identity]
account_header = "X-Account-Id"
trusted_proxies = ["10.0.0.0/8"]
"""
    assert read_guard_settings(text, PATH) == GuardSettings(
        policy=Path("/etc/stillwatch/policy.toml"),
        standings=(Path("/var/lib/stillwatch/standings.bin"),),
        state=Path("/etc/stillwatch/guard.db"),
        identity=Identity(account_header="x-account-id", trusted_proxies=("10.0.0.0/8",)),
    )


def test_the_least_is_a_policy() -> None:
    assert read_guard_settings('policy = "p.toml"', PATH) == GuardSettings(policy=Path("/etc/stillwatch/p.toml"))


def test_several_tables_may_be_named() -> None:
    found = read_guard_settings('policy = "p"\nstandings = ["standings.bin", "/var/intel.bin"]', PATH)
    assert found.standings == (Path("/etc/stillwatch/standings.bin"), Path("/var/intel.bin"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "guard.toml: a guard needs a policy"),
        ('policy = "p"\nstanding = "s"', "guard.toml:2: unknown field 'standing' (did you mean 'standings'?)"),
        ("policy = 3", "guard.toml:1: policy is a path"),
        ('policy = "p"\nstandings = 3', "guard.toml:2: standings is a path, or a list of paths"),
        ('policy = "p"\nstandings = [""]', "guard.toml:2: standings is a path, or a list of paths"),
        ('policy = "p"\nidentity = 3', "guard.toml:2: identity is a table"),
        ('policy = "p"\n[identity]\naccount_heder = "x"', "guard.toml:3: unknown field 'account_heder'"),
        ('policy = "p"\n[identity]\nuser_header = 3', "guard.toml:3: user_header is a name"),
        ('policy = "p"\n[identity]\nkey_headers = "x"', "guard.toml:3: key_headers is a list of texts"),
        ('policy = "p"\n[identity]\ntrusted_proxies = ["ten"]', "guard.toml:3: 'ten' is no network"),
    ],
)
def test_an_error_names_the_line_and_the_mend(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as told:
        read_guard_settings(text, PATH)
    assert message in str(told.value)
    assert told.value.mend


def test_what_is_noted_is_read_from_the_state() -> None:
    text = 'policy = "p.toml"\nevidence = "evidence"\n'
    with pytest.raises(SettingsError, match="toml:2: what is noted is read from the state"):
        read_guard_settings(text, Path("/etc/guard.toml"))
    read = read_guard_settings(text + 'state = "guard.db"\n', Path("/etc/guard.toml"))
    assert (read.evidence, read.state) == (Path("/etc/evidence"), Path("/etc/guard.db"))


def test_what_a_reply_carries_hangs_on_what_is_deployed() -> None:
    text = 'policy = "p.toml"\nserved = "served"\n'
    with pytest.raises(SettingsError, match="toml:2: which mark a reply carries hangs on what is deployed"):
        read_guard_settings(text, Path("/etc/guard.toml"))
    read = read_guard_settings(text + 'deployed = "marks/deployed.jsonl"\n', Path("/etc/guard.toml"))
    assert (read.served, read.deployed) == (Path("/etc/served"), Path("/etc/marks/deployed.jsonl"))
