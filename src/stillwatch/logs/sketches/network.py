"""Keys of the client's address: the address itself and its neighbourhood (/24 for IPv4, /48 for IPv6).

Sees: accounts behind one exit.
Why: cheap fleets share exits; a shared exit also ties a class or an office, so it never carries a case alone.
Evaded by: an address of its own for each account, which is the rule among serious operators.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.hashing import hash_text
from stillwatch.logs.sketch import Sketch, SketchCase, Sketched
from stillwatch.wire.addresses import neighbourhood

_IPV4: Final = r"^(?P<near>[0-9]+\.[0-9]+\.[0-9]+)\.[0-9]+$"


def _neighbourhoods(addresses: pa.Array) -> pa.Array:
    """`neighbourhood` of each; Arrow cuts the plain IPv4 addresses, which are nearly all."""
    near = pc.struct_field(pc.extract_regex(addresses, _IPV4), "near")  # null where the pattern does not match
    others = np.flatnonzero(near.is_null().to_numpy(zero_copy_only=False))
    if not len(others):
        return near
    values = [neighbourhood(value) for value in addresses.take(pa.array(others)).to_pylist()]
    mask = np.zeros(len(near), np.bool_)
    mask[others] = True
    return pc.replace_with_mask(near, pa.array(mask), pa.array(values, near.type))


def _compute(batch: pa.RecordBatch, salt: int) -> Sketched:
    addresses = batch.column("client_address").dictionary_encode()
    values = addresses.dictionary
    near = hash_text(_neighbourhoods(values), salt)
    exact = hash_text(values, salt)
    index = addresses.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return Sketched(
        {"address_key": pa.array(np.append(exact, 0)[index]), "prefix_key": pa.array(np.append(near, 0)[index])}, None
    )


SKETCH = Sketch(
    name="network",
    reads=("client_address",),
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
        SketchCase(
            name="neighbours of IPv6",
            left={"client_address": "2001:db8:5:6::7"},
            right={"client_address": "2001:db8:5:ffff::9"},
            column="prefix_key",
            same=True,
        ),
        SketchCase(
            name="another network of IPv6",
            left={"client_address": "2001:db8:5::7"},
            right={"client_address": "2001:db8:6::7"},
            column="prefix_key",
            same=False,
        ),
    ),
)
