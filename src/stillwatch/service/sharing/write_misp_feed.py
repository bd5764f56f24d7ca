"""Write campaigns into a folder as a feed of MISP, beside what it holds already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.errors import SettingsError
from stillwatch.intel.misp_feed import HASHES, MANIFEST, feed_files
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stillwatch.core.shared_campaign import SharedCampaign


def write_misp_feed(campaigns: Iterable[SharedCampaign], folder: Path) -> tuple[Path, ...]:
    """Write the events, then hashes, then the manifest, so that whoever reads in between finds what is listed.

    Raises:
        InputError: The folder holds a manifest that is none.
        SettingsError: It cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = {name: path.read_bytes() for name in (MANIFEST, HASHES) if (path := folder / name).is_file()}
        files = feed_files(campaigns, manifest=before.get(MANIFEST, b""), hashes=before.get(HASHES, b""))
        last = (HASHES, MANIFEST)
        for name in (*(name for name in files if name not in last), *last):
            write_whole(folder / name, files[name])
    except OSError as error:
        mend = "make room, or name another folder"
        raise SettingsError(f"the feed cannot be written: {error.strerror}", where=str(folder), mend=mend) from error
    return tuple(folder / name for name in files)
