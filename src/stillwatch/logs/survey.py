"""A first look over a log file: its digest, its formats, and where each of its blocks lies.

What it says is small and can be sent about, so that whoever numbers the parts need not read a log, and whoever reads a
block need not read what stands before it. Blocks are cut as `open_blocks` cuts them, and so are the same ones, whoever
cuts them. A block is found again by its place: row groups, or bytes where lines stand in the file as they are. Of a
compressed file, of CSV and of JSON arrays there is one way to a block only, from the beginning.
"""

from __future__ import annotations

import platform
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import xxhash

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.logs.containers import Container
from stillwatch.logs.file_blocks import BLOCK_BYTES, Block, input_digest, open_blocks
from stillwatch.logs.reading import formats_of
from stillwatch.logs.streams import text_offset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from stillwatch.logs.reading import Reading

_LINES: Final = (Container.JSON_LINES, Container.TEXT)


class Site(NamedTuple):
    """Where a block lies in its file, and what it must hold."""

    place: int
    """Which block of the file it is, from 0."""
    first_line: int
    digest: str
    container: Container
    size_bytes: int
    """Of its data, unpacked; for row groups, that of a whole block."""
    row_groups: tuple[int, int] | None
    offset: int | None
    """Where its data stands in the file as it is; None = the file must be cut from its beginning."""
    fault: str
    """Why the file is known to be incomplete; said by its last block only."""

    @property
    def is_direct(self) -> bool:
        """Whether the block can be read without what stands before it."""
        return self.row_groups is not None or self.offset is not None


class Survey(NamedTuple):
    sha256: str
    formats: tuple[str, ...]
    sites: tuple[Site, ...] | None
    """In the order of the file; None = the digest is the known one, so nobody looked."""


def survey_file(path: Path, reading: Reading, known_sha256: str = "", log_name: str = "") -> Survey:
    """Look over a file; only at its digest, if that is the known one. Rejects call it `log_name`, or by its path.

    Raises:
        InputError: It cannot be read, or its format is not clear.
        SettingsError: It is not there.
    """
    if not path.exists():
        raise SettingsError(
            f"{platform.node()} does not see this log",
            where=str(path),
            mend="put logs on a path that the driver and every executor reach",
        )
    sha256 = input_digest(path)
    if sha256 == known_sha256:
        return Survey(sha256, (), None)
    return Survey(sha256, formats_of(path, reading), tuple(_sites(path, log_name)))


def blocks_at(path: Path, sites: Sequence[Site], log_name: str = "") -> Iterator[Block]:
    """The blocks at some places of a file, in its order.

    Raises:
        InputError: The file holds something else there by now.
    """
    if all(site.is_direct for site in sites):
        for site in sites:
            yield _direct(path, site)
        return
    wanted: dict[int, Site] = {site.place: site for site in sites}
    for block in open_blocks(path, log_name=log_name):
        if block.index in wanted:
            yield _checked(block, wanted.pop(block.index))
        if not wanted:
            return
    raise _changed(path)


def block_of(path: Path, site: Site) -> Block:
    """The block at a place without its data, which only row groups can do without."""
    return Block(
        path=path,
        container=site.container,
        index=site.place,
        first_line=site.first_line,
        digest=site.digest,
        row_groups=site.row_groups,
        fault=site.fault,
    )


def _sites(path: Path, log_name: str) -> list[Site]:
    offset: int | None = text_offset(path)
    sites: list[Site] = []
    for block in open_blocks(path, log_name=log_name):
        # Bytes that were left out stand before the block that tells of them: from there on places are unknown.
        if block.rejects.total or block.container not in _LINES:
            offset = None
        size = BLOCK_BYTES if block.row_groups else len(block.data)
        place = block.index, block.first_line, block.digest, block.container
        sites.append(Site(*place, size, block.row_groups, offset, block.fault))
        offset = None if offset is None else offset + size
    return sites


def _direct(path: Path, site: Site) -> Block:
    if site.offset is None:
        return block_of(path, site)
    with path.open("rb") as file:
        file.seek(site.offset)
        data = file.read(site.size_bytes)
    return _checked(replace(block_of(path, site), digest=xxhash.xxh3_128_hexdigest(data), data=data), site)


def _checked(block: Block, site: Site) -> Block:
    if block.digest != site.digest:
        raise _changed(block.path)
    return block


def _changed(path: Path) -> InputError:
    mend = "scan it again when nothing writes to it any more"
    return InputError("the log changed while it was read", where=str(path), mend=mend)
