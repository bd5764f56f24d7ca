"""Settings are read whole, or refused with the line and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.sharing.read_taxii_settings import read_taxii_settings
from stillwatch.service.sharing.taxii_settings import (
    ApiRoot,
    Collection,
    MemberEntry,
    TaxiiLimits,
    TaxiiListen,
    TaxiiSettings,
)

AT = Path("/etc/sw/taxii.toml")
ID = "7d3f8a52-7f0e-4c55-9f4e-3a1f5f2f0a01"
HASH = "ab" * 32
SECRETS = f'secrets_sha256 = ["{HASH}"]'
COLLECTION = f'[[collection]]\nid = "{ID}"\ntitle = "Campaigns"\n'


def test_all_that_can_be_said() -> None:
    found = read_taxii_settings(
        f"""
store = "postgresql://hub@db.example/hub"
title = "Hub"
description = "of labs"
contact = "desk"
lists_all = true
[listen]
address = "0.0.0.0:443"
certificate = "hub.pem"
key = "/keys/hub.key"
client_authority = "members.pem"
public_url = "https://hub.example"
drain_s = 3
[limits]
page = 500
status_h = 1
[[api_root]]
name = "main"
[[collection]]
id = "{ID}"
title = "Campaigns"
alias = "campaigns"
api_root = "main"
[[member]]
name = "lab-a"
identity = "identity--{ID}"
secrets_sha256 = ["{HASH}"]
reads = ["*"]
writes = ["{ID}"]
ceiling = "amber"
""",
        AT,
    )
    assert found == TaxiiSettings(
        store="postgresql://hub@db.example/hub",
        title="Hub",
        description="of labs",
        contact="desk",
        lists_all=True,
        listen=TaxiiListen(
            address="0.0.0.0:443",
            certificate="/etc/sw/hub.pem",
            key="/keys/hub.key",
            client_authority="/etc/sw/members.pem",
            public_url="https://hub.example",
            drain_s=3.0,
        ),
        limits=TaxiiLimits(page=500, status_h=1.0),
        api_roots=(ApiRoot(name="main"),),
        collections=(Collection(id=ID, title="Campaigns", alias="campaigns", api_root="main"),),
        members=(
            MemberEntry(
                name="lab-a",
                identity=f"identity--{ID}",
                secrets_sha256=(HASH,),
                reads=("*",),
                writes=(ID,),
                ceiling="amber",
            ),
        ),
    )


def member(more: str) -> str:
    return f'store = "x"\n{COLLECTION}[[member]]\nname = "lab-a"\n{more}'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", r"taxii\.toml:1: a server needs a store"),
        ('store = "x"\nstoer = "y"', r"taxii\.toml:2: unknown field 'stoer' \(did you mean 'store'\?\)"),
        ("store = 5", r"taxii\.toml:1: store is a text"),
        ('store = "x"\n[listen]\naddress = "h"', r":3: address is host and port"),
        ('store = "x"\n[listen]\naddress = "0.0.0.0:80"', r":3: members' secrets would be sent in the clear"),
        ('store = "x"\n[listen]\ncertificate = "c"', r":3: TLS needs a certificate and its key"),
        ('store = "x"\n[listen]\nclient_authority = "c"', r":3: clients show certificates over TLS alone"),
        ('store = "x"\n[limits]\npage = 0', r":3: page is a number above 0"),
        ('store = "x"\n[limits]\npage = 1.5', r":3: page is a whole number"),
        ('store = "x"\nlisten = 1', r":2: listen is a table"),
        ('store = "x"\nmember = 1', r":2: member is a list of tables"),
        ('store = "x"\n[[api_root]]\nname = "taxii2"', r":3: 'taxii2' is no name of an API root"),
        ('store = "x"\n[[api_root]]\nname = "a"\n[[api_root]]\nname = "a"', r":3: a stands twice"),
        ('store = "x"\n[[collection]]\nid = "1"\ntitle = "t"', r":3: '1' is no id of a collection"),
        (f'store = "x"\n[[collection]]\nid = "{ID}"', r":2: a collection needs a title"),
        (f'store = "x"\n{COLLECTION}api_root = "other"', r":5: there is no API root 'other'"),
        (f'store = "x"\n{COLLECTION}alias = "a/b"', r":5: 'a/b' is no alias"),
        (f'store = "x"\n{COLLECTION}{COLLECTION}', r":3: 7d3f.* stands twice"),
        (member(""), r":6: lab-a could never enter"),
        (member('secrets_sha256 = ["s3cret"]'), r":6: 's3cret' is no SHA-256"),
        (member(f'secrets_sha256 = ["{HASH}"]\nreads = ["x"]'), r":8: there is no collection 'x'"),
        (member(f'secrets_sha256 = ["{HASH}"]\nceiling = "orange"'), r":8: unknown marking 'orange'"),
        (member(f'secrets_sha256 = ["{HASH}"]\nidentity = "me"'), r":8: 'me' is no identity"),
        (
            member(f'secrets_sha256 = ["{HASH}"]\n[[member]]\nname = "lab-b"\nsecrets_sha256 = ["{HASH}"]'),
            "stands twice",
        ),
        (member("secrets_sha256 = 5"), r":7: secrets_sha256 is a list of texts"),
        ('store = "x"\n[[member]]\nname = "a b"', r":3: 'a b' is no name of a member"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read_taxii_settings(text, AT)


def test_what_is_no_toml_is_said() -> None:
    with pytest.raises(InputError, match="no TOML"):
        read_taxii_settings("store =", AT)


def test_a_proxy_before_it_may_add_tls() -> None:
    text = 'store = "x"\n[listen]\naddress = "0.0.0.0:80"\npublic_url = "https://hub.example/"'
    assert read_taxii_settings(text, AT).listen.address == "0.0.0.0:80"
