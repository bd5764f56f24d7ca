"""Key of the client tuple: user agent, header order and TLS fingerprint together.

Sees: requests made by one build of one program.
Why: a fleet runs one harvester, so its tuple is the same on all accounts.
Looks the same: everybody who uses the same popular library; the key is weighed by how common it is.
Evaded by: copying the tuple of an official client, which public relay software does.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from stillwatch.logs.hashing import combine, hash_text
from stillwatch.logs.sketch import Sketch, SketchCase, Sketched

_FIELDS: Final = ("user_agent", "header_order", "tls_ja4", "tls_ja3")


def _compute(batch: pa.RecordBatch, salt: int) -> Sketched:
    parts = [hash_text(batch.column(name), salt) for name in _FIELDS]
    return Sketched({"client_key": pa.array(combine(*parts))}, None)


SKETCH = Sketch(
    name="client",
    reads=_FIELDS,
    columns=("client_key",),
    compute=_compute,
    cases=(
        SketchCase(
            name="one program",
            left={"user_agent": "harness/1.2", "tls_ja4": "t13d"},
            right={"user_agent": "harness/1.2", "tls_ja4": "t13d"},
            column="client_key",
            same=True,
        ),
        SketchCase(
            name="another TLS stack under a copied user agent",
            left={"user_agent": "harness/1.2", "tls_ja4": "t13d"},
            right={"user_agent": "harness/1.2", "tls_ja4": "t12x"},
            column="client_key",
            same=False,
        ),
    ),
)
