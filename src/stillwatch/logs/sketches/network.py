"""Keys of the client's address: the address itself and its neighbourhood (/24 for IPv4, /48 for IPv6).

Sees: accounts behind one exit.
Why: cheap fleets share exits; a shared exit also ties a class or an office, so it never carries a case alone.
Evaded by: an address of its own for each account, which is the rule among serious operators.
"""

from __future__ import annotations

import ipaddress

import numpy as np
import pyarrow as pa

from stillwatch.logs.hashing import hash_text
from stillwatch.logs.sketch import Sketch, SketchCase, Sketched


def neighbourhood(address: str | None) -> str | None:
    """Give the /24 or /48 of an address, in a form that is equal for neighbours; a hashed or malformed one has none."""
    if not address:
        return None
    if address.count(".") == 3 and address.replace(".", "").isdecimal() and address.isascii():  # nearly all, and quick
        return address[: address.rindex(".")]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    prefix = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


def _compute(batch: pa.RecordBatch, salt: int) -> Sketched:
    addresses = batch.column("client_address").dictionary_encode()
    values = addresses.dictionary
    near = hash_text(pa.array([neighbourhood(value) for value in values.to_pylist()], type=pa.string()), salt)
    exact = hash_text(values, salt)
    index = addresses.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return Sketched(
        {"address_key": pa.array(np.append(exact, 0)[index]), "prefix_key": pa.array(np.append(near, 0)[index])}, None
    )


SKETCH = Sketch(
    name="network",
    columns=("address_key", "prefix_key"),
    compute=_compute,
    cases=(
        SketchCase(
            name="neighbours",
            left={"client_address": "192.0.2.7"},
            right={"client_address": "192.0.2.200"},
            column="prefix_key",
            same=True,
        ),
        SketchCase(
            name="another network",
            left={"client_address": "192.0.2.7"},
            right={"client_address": "198.51.100.7"},
            column="prefix_key",
            same=False,
        ),
    ),
)
