"""Two sites with an air gap between them, for tests: one exports, the other imports."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from received_rows import LAB_A, NOW, campaign, indicator
from stillwatch.intel.member_keys import MemberKey
from stillwatch.intel.stix_write import write_bundle
from stillwatch.service.sharing.bundle_export import Exporter, export_bundle
from stillwatch.service.sharing.bundle_import import ImportDesk, Imported, import_bundle
from stillwatch.service.sharing.bundle_state import open_bundles
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.peers import Accept, Peers, Producer
from stillwatch.signing.dsse import public_bytes

if TYPE_CHECKING:
    from pathlib import Path

KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(32))
TRUSTED: Final = MemberKey(member=LAB_A, name="Lab A", public=public_bytes(KEY), valid_from=NOW - timedelta(days=9))
EXPORTER: Final = Exporter(member=LAB_A, name="Lab A", key=KEY)


class Site:
    """Has a folder with an outbox, the states and whatever it imports."""

    def __init__(self, folder: Path, **desk: Any) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.outbox = folder / "outbox"
        self.bundles = open_bundles(folder / "bundles.db")
        self.intel = open_intel(folder / "intel.db")
        usual: dict[str, Any] = {
            "bundles": self.bundles,
            "intel": self.intel,
            "keys": (TRUSTED,),
            "peers": Peers(producers={LAB_A: Producer(id=LAB_A, accept=Accept.REVIEWED)}),
            "folder": folder / "carried",
        }
        self.desk = ImportDesk(**usual | desk)

    def close(self) -> None:
        self.bundles.close()
        self.intel.close()

    def campaign_file(self, number: int, **other: Any) -> Path:
        """A file with one campaign that has one indicator of its own."""
        seen = indicator(number, f"198.51.100.{number}", campaign_id=f"campaign--00000000-0000-4000-8000-{number:012d}")
        path = self.folder / f"campaign-{number}.json"
        path.write_bytes(write_bundle(campaign(seen, number=number, **other)))
        return path

    def export(self, *files: Path, hours: int = 0, **who: Any) -> Path:
        """The next bundle."""
        at = NOW + timedelta(hours=hours)
        exported = export_bundle(self.bundles, files, replace(EXPORTER, **who), out=self.outbox, at=at)
        assert exported.path is not None
        return exported.path

    def take(self, file: Path, *, days: float = 1, **desk: Any) -> Imported:
        """Import a bundle so many days after the first was made."""
        return import_bundle(replace(self.desk, **desk), file, at=NOW + timedelta(days=days))
