"""How a campaign is written that leaves as a file."""

from __future__ import annotations

from enum import StrEnum


class SharedFormat(StrEnum):
    """`stix`: a bundle of STIX 2.1, which loses nothing. `misp`: an event of MISP. `misp-feed`: a folder that an
    instance of MISP reads as a feed. `csv`: a table of the indicators, as vendors publish it.
    """

    STIX = "stix"
    MISP = "misp"
    MISP_FEED = "misp-feed"
    CSV = "csv"
