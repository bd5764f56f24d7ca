from __future__ import annotations

import pytest

from stillwatch.core.egress import EgressBudget, HostBudget
from stillwatch.core.errors import InputError
from stillwatch.core.toml_text import TomlText
from stillwatch.evidence.egress_budget import read_egress_budget

_HOST = '[[host]]\nname = "vault-1"\naddresses = ["10.0.3.7", "FD00::7"]\nweights = "400G"\nallowed = ["10.9.0.0/16"]\n'


def _read(text: str) -> EgressBudget:
    return read_egress_budget(TomlText.of(text, "egress.toml"))


def test_a_whole_declaration() -> None:
    text = f'inside = ["10.0.0.0/8"]\n{_HOST}day = "20G"\nhour = 1000\nleast = "1.5M"\ncopy_share = 0.5\n'
    assert _read(text) == EgressBudget(
        hosts=(
            HostBudget(
                name="vault-1",
                addresses=("10.0.3.7", "fd00::7"),
                weights_bytes=400 * 2**30,
                allowed=("10.9.0.0/16",),
                day_bytes=20 * 2**30,
                hour_bytes=1000,
                least_bytes=3 * 2**19,
                copy_share=0.5,
            ),
        ),
        inside=("10.0.0.0/8",),
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "egress.toml: no host is declared"),
        ("outside = []\n", "egress.toml:1: unknown key 'outside'"),
        (f"{_HOST}weeks = 1\n", "egress.toml:1: unknown key 'weeks'"),
        (_HOST.replace("allowed", "# allowed"), "egress.toml:1: a host without allowed"),
        (_HOST.replace('"400G"', '"much"'), "egress.toml:1: weights is no size"),
        (_HOST.replace('"400G"', "true"), "egress.toml:1: weights is no size"),
        (_HOST.replace("10.9.0.0/16", "backup.lab.example"), "egress.toml:1: 'backup.lab.example' in allowed"),
        (_HOST.replace('["10.0.3.7", "FD00::7"]', "[]"), "egress.toml:1: a host without a name or an address"),
        (_HOST + _HOST, "egress.toml:6: the name 'vault-1' stands twice"),
        (f"{_HOST}copy_share = 2\n", "egress.toml:1: copy_share is no share"),
        ("host = 3\n", "egress.toml: no host is declared"),
        ('inside = "10.0.0.0/8"\n' + _HOST, "egress.toml:1: inside is no list"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, error: str) -> None:
    with pytest.raises(InputError) as caught:
        _read(text)
    assert str(caught.value).startswith(error)
