"""Note what a scan read and what it found.

One leaf each: of every log file that was committed to (its statement), of every campaign as it stands in
`campaigns.json`, of all groups that were set aside as `set_aside.json` has them, and of the run: version, settings,
logs, how much was read, and the digests of the rest. A campaign that stands as it did in the scan before is not noted
again; the run names its digest all the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import StillwatchError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.service.document import to_document
from stillwatch.service.evidence.notebook import Statement
from stillwatch.service.evidence.seal_log import note_seal, seals_of
from stillwatch.service.write_result import set_aside_document

if TYPE_CHECKING:
    from stillwatch.core.campaign import ScanResult
    from stillwatch.service.evidence.notebook import Notebook
    from stillwatch.service.evidence.seal_files import FileSeals
    from stillwatch.service.settings import ScanSettings

_SAID_OF: Final = ("content", "unit", "since", "until", "fdr", "seed")
"""Settings that the result follows from, beside the logs."""


def note_scan(result: ScanResult, settings: ScanSettings, seals: FileSeals, book: Notebook) -> ScanResult:
    """Note it; what cannot be noted makes the run incomplete, and is said among its warnings.

    Args:
        result: Of the scan.
        settings: Of the scan.
        seals: Was told of each block that was read (`seals_of`).
        book: Notes it.
    """
    try:
        note_logs(seals, book)
        _note_findings(result, settings, book)
    except (StillwatchError, OSError) as error:
        said = f"not all of this run could be noted in the evidence log: {error}"
        run = replace(result.run, complete=False, warnings=(*result.run.warnings, said))
        return replace(result, run=run)
    return result


def seals_for(book: Notebook) -> FileSeals:
    """What commits to the records of a scan's logs on the way."""
    return seals_of(book.log)


def note_logs(seals: FileSeals, book: Notebook) -> None:
    """Note the logs that were committed to.

    Raises:
        InputError: The commitment of a block is gone.
        SettingsError, VerificationError: It cannot be noted.
    """
    for sha256 in seals.seen():
        statement = seals.state(sha256)
        if statement is not None:
            note_seal(statement, seals, book)


def _note_findings(result: ScanResult, settings: ScanSettings, book: Notebook) -> None:
    document = to_document(result)
    campaigns = [Statement(kind=LeafKind.FINDING, body=one, about=one["id"]) for one in document["campaigns"]]
    aside = set_aside_document(result)
    said = {
        "version": result.run.version,
        "started_at": document["run"]["started_at"],
        "inputs": [
            {"sha256": one.sha256, "exchanges": one.exchanges, "rejected": one.rejected, "format": one.format}
            for one in result.run.inputs
        ],
        "exchanges": result.run.exchanges,
        "accounts": result.run.accounts,
        "complete": result.run.complete,
        "settings": {name: _plain(getattr(settings, name)) for name in _SAID_OF},
        "campaigns": [digest_of(one.body) for one in campaigns],
        "set_aside": digest_of(aside),
    }
    run = book.said(LeafKind.FINDING, "scanned", said)
    book.note([*campaigns, Statement(kind=LeafKind.FINDING, body=aside, about="set_aside"), run])


def _plain(value: Any) -> Any:
    """Nanoseconds do not fit into what JSON calls a number."""
    return str(value) if isinstance(value, int) and abs(value) >> 53 else value
