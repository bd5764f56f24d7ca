"""What MISP's own libraries make of what we write; run by the Python that has them, see the Makefile.

Reads `{"event": ..., "feed": ..., "bundle": ...}` and writes what becomes of it.
"""

from __future__ import annotations

import json
import sys
import warnings

warnings.simplefilter("ignore")

from misp_stix_converter import ExternalSTIX2toMISPParser, MISPtoSTIX21Parser  # noqa: E402  # warnings come first
from pymisp import MISPEvent  # noqa: E402
from stix2 import parse  # noqa: E402


def main() -> None:
    asked = json.load(sys.stdin)
    event = MISPEvent()
    event.load(asked["event"])
    given = json.loads(event.to_json())
    to_stix = MISPtoSTIX21Parser()
    to_stix.parse_misp_event(given)
    to_misp = ExternalSTIX2toMISPParser()
    to_misp.load_stix_bundle(parse(json.dumps(asked["bundle"]), allow_custom=True))
    to_misp.parse_stix_bundle()
    json.dump(
        {
            "event": {"Event": given},
            "feed": event.to_feed(),
            "manifest": json.loads(json.dumps(event.manifest, default=str)),
            "hashes": sorted(event.attributes_hashes("md5")),
            "stix": json.loads(to_stix.bundle.serialize()),
            "stix_errors": [str(one) for one in to_stix.errors],
            "misp": {"Event": json.loads(to_misp.misp_event.to_json())},
            "misp_errors": {key: list(map(str, value)) for key, value in to_misp.errors.items()},
        },
        sys.stdout,
        default=str,
    )


if __name__ == "__main__":
    main()
