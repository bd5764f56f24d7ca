from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.core.policy import Mode
from stillwatch.core.server_limits import ServerLimits
from stillwatch.guard.read_policy import read_policy
from stillwatch.service.guarding.serve_settings import (
    ListenSettings,
    PlugInSettings,
    ProxySettings,
    ValkeySettings,
    default_settings,
    read_serve_settings,
)

AT = Path("/etc/sw/serve.toml")
EXAMPLE = Path(__file__).parents[3] / "examples" / "guard" / "serve.toml"


def test_all_that_can_be_said() -> None:
    found = read_serve_settings(
        """
policy = "policy.toml"
standings = "/var/standings.bin"

[identity]
account_header = "X-Account"

[listen]
address = "[::1]:9000"
socket = "guard.sock"
socket_mode = "0600"
shares_port = true
drain_s = 3
ext_proc = "127.0.0.1:8090"

[limits]
body_bytes = 1000
request_s = 2

[proxy]
engine = "http://127.0.0.1:11434"
address = "0.0.0.0:80"
body_s = 3

[valkey]
url = "valkey://h:1/0"
prefix = "p"
interval_s = 0.2
takes_standings = true

[plug_in]
metrics = "0.0.0.0:9464"
""",
        AT,
    )
    assert found.listen == ListenSettings(
        host="::1",
        port=9000,
        socket=Path("/etc/sw/guard.sock"),
        socket_mode=0o600,
        shares_port=True,
        drain_s=3.0,
        ext_proc="127.0.0.1:8090",
    )
    assert found.limits == ServerLimits(body_bytes=1000, request_s=2.0)
    assert found.proxy == ProxySettings(
        engine="http://127.0.0.1:11434",
        host="0.0.0.0",  # noqa: S104  # said
        port=80,
        body_s=3.0,
    )
    assert found.valkey == ValkeySettings(url="valkey://h:1/0", prefix="p", interval_s=0.2, takes_standings=True)
    assert found.plug_in == PlugInSettings(metrics_host="0.0.0.0", metrics_port=9464)  # noqa: S104  # said
    assert (found.guard.policy, found.guard.standings) == (Path("/etc/sw/policy.toml"), (Path("/var/standings.bin"),))
    assert found.guard.identity.account_header == "x-account"


def test_what_is_left_out_is_as_usual() -> None:
    found = read_serve_settings('policy = "policy.toml"', AT)
    assert (found.listen, found.limits, found.valkey) == (ListenSettings(), ServerLimits(), ValkeySettings())
    assert found.proxy.engine == ""


def test_a_socket_alone_is_enough() -> None:
    found = read_serve_settings('policy = "p"\n[listen]\naddress = ""\nsocket = "/run/sw.sock"', AT)
    assert (found.listen.port, found.listen.socket) == (0, Path("/run/sw.sock"))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[lsten]\n", "/etc/sw/serve.toml: unknown field 'lsten' (did you mean 'listen'?)"),
        ("[listen]\nadress = ''", "/etc/sw/serve.toml:3: unknown field 'adress' (did you mean 'address'?)"),
        ("[listen]\naddress = '8088'", "/etc/sw/serve.toml:3: address is host and port (write"),
        ("[listen]\naddress = 'h:99999'", "/etc/sw/serve.toml:3: address is host and port (write"),
        ("[listen]\naddress = ''", "/etc/sw/serve.toml:3: nothing is listened to (give"),
        ("[listen]\nsocket_mode = '0888'", "/etc/sw/serve.toml:3: socket_mode is an octal number (write"),
        ("[listen]\ndrain_s = 'x'", "/etc/sw/serve.toml:3: drain_s is a number above 0 (write drain_s = 10.0)"),
        ("[limits]\nbody_bytes = 1.5", "/etc/sw/serve.toml:3: body_bytes is a whole number (write"),
        ("[limits]\nbody_bytes = true", "/etc/sw/serve.toml:3: body_bytes is a number above 0 (write"),
        ("[limits]\nconnections = 0", "/etc/sw/serve.toml:3: connections is a number above 0 (write"),
        ("[listen]\next_proc = '8090'", "/etc/sw/serve.toml:3: ext_proc is host and port (write"),
        ("[listen]\nshares_port = 1", "/etc/sw/serve.toml:3: shares_port is true or false (write"),
        ("[listen]\nshares_port = true", "/etc/sw/serve.toml:3: guards that share a port would each grant a whole"),
        ("[valkey]\ntakes_standings = true", "/etc/sw/serve.toml:3: standings are taken from nowhere (name the url"),
        ("[proxy]\naddress = '127.0.0.1:1'", "/etc/sw/serve.toml:2: a proxy needs an engine (write"),
        ("[proxy]\nengine = 'http://h'\naddress = '1'", "/etc/sw/serve.toml:4: address is host and port (write"),
        ("[plug_in]\nmetrics = '9464'", "/etc/sw/serve.toml:3: metrics is host and port (write"),
        ("[valkey]\nurl = 3", "/etc/sw/serve.toml:3: url is a text (write"),
    ],
)
def test_errors_name_line_and_mend(text: str, error: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read_serve_settings(f'policy = "policy.toml"\n{text}', AT)
    assert str(raised.value).startswith(error)


def test_a_table_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="limits is a table"):
        read_serve_settings('policy = "p"\nlimits = 3', AT)


def test_the_defaults_serve_in_shadow_mode_what_watch_publishes_here() -> None:
    found = default_settings(Path("/srv/guard"))
    assert found.guard.standings == (Path("/srv/guard/stillwatch-out/standings.bin"),)
    policy = read_policy(found.guard.policy.read_text(), "default")
    assert (policy.mode, {rule.mode for rule in policy.rules}) == (Mode.SHADOW, {Mode.SHADOW})


def test_the_example_says_the_defaults() -> None:
    text = EXAMPLE.read_text()
    opened = "\n".join(
        line.removeprefix("# ") if line.startswith("# ") and (" = " in line or line.startswith("# [")) else line
        for line in text.splitlines()
    )
    found = read_serve_settings(opened, EXAMPLE)
    assert (found.limits, found.listen.drain_s, found.listen.host) == (ServerLimits(), 10.0, "127.0.0.1")
    assert found.valkey == ValkeySettings(url="valkey://10.0.0.5:6379/0", takes_standings=True)
    assert read_serve_settings(text, EXAMPLE).valkey == ValkeySettings()
