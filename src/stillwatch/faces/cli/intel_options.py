"""Options that the commands of received intelligence share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    from stillwatch.service.sharing.peers import Peers

read_peers = later("stillwatch.service.sharing.peers", "read_peers")
no_peers = later("stillwatch.service.sharing.peers", "Peers")
intel_publisher = later("stillwatch.service.sharing.publish_intel", "IntelPublisher")
read_warning_files = later("stillwatch.service.sharing.warning_files", "read_warning_files", extra="intel")
store_salt = later("stillwatch.service.sharing.store_salt", "store_salt")

OUT = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-out"),
    show_default=True,
    help="Folder of the scan or watch; what peers tell is kept there as intel.db and intel.bin.",
)
PEERS = click.option(
    "--peers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="STILLWATCH_PEERS",
    show_envvar=True,
    help="peers.toml: whom to trust how far. Without it all waits for a person.",
)


WARNINGLISTS = click.option(
    "--warninglists",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    envvar="STILLWATCH_WARNINGLISTS",
    show_envvar=True,
    help="File or folder of MISP warning lists (clouds, VPNs): an address on them is no proof. May be repeated.",
)


def peers_at(path: Path | None, warninglists: tuple[Path, ...] = ()) -> Peers:
    """Read the file; without one nobody is trusted."""
    found: Peers = no_peers() if path is None else read_peers(path.read_text("utf-8"), str(path))
    return replace(found, lists=read_warning_files(warninglists)) if warninglists else found


def publisher_at(out: Path, peers: Peers) -> Any:
    """The publisher of OUT/intel.bin, under the salt of the store in OUT where there is one."""
    salt = store_salt(out / "store")
    return intel_publisher(out, peers, salt=salt.salt, salt_id=salt.id)
