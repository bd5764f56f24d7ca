from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import SettingsError
from stillwatch.signing.pkcs11_uri import DEFAULT_MODULE, Pkcs11Uri, read_pkcs11_uri


def test_all_that_finds_a_key() -> None:
    text = (
        "pkcs11:token=The%20token;manufacturer=M;serial=42;model=X;slot-id=7;object=log;id=%00%ff;type=private"
        "?module-path=/usr/lib/m.so&pin-source=file:/run/pin"
    )
    assert read_pkcs11_uri(text) == Pkcs11Uri(
        token={"token": "The token", "manufacturer": "M", "serial": "42", "model": "X"},
        slot_id=7,
        label="log",
        id=b"\x00\xff",
        module="/usr/lib/m.so",
        pin_file="/run/pin",
    )


def test_the_least_that_is_one() -> None:
    assert read_pkcs11_uri("pkcs11:object=log") == Pkcs11Uri(label="log", module=DEFAULT_MODULE)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("pkcs12:object=a", "no PKCS#11 URI"),
        ("pkcs11:", "no key in it"),
        ("pkcs11:token=a", "no key in it"),
        ("pkcs11:object=a;object=b", "twice"),
        ("pkcs11:object=a;x-vendor=b", "not understood"),
        ("pkcs11:object=a;type=cert", "signs nothing"),
        ("pkcs11:object=a;slot-id=x", "no number"),
        ("pkcs11:object=a?pin-value=1234", "read by others"),
        ("pkcs11:object=%ff", "UTF-8"),
        ("pkcs11:object", "not understood"),
    ],
)
def test_what_is_none_or_is_not_understood_is_refused(text: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        read_pkcs11_uri(text)


@given(label=st.text(min_size=1, max_size=20), raw=st.binary(max_size=8))
def test_any_label_and_id_can_be_written(label: str, raw: bytes) -> None:
    written = "".join(f"%{byte:02x}" for byte in raw)
    read = read_pkcs11_uri(f"pkcs11:object={quote(label, safe='')};id={written}")
    assert (read.label, read.id) == (label, raw)
