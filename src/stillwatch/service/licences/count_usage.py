"""Count what was used of a licence, and check a receipt of it against records of one's own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.attribution.receipt import Receipt, UsedExchange, entry_of_exchange
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.licence import Used
from stillwatch.evidence.merkle_tree import HASH_BYTES, leaf_hash, root_of_hashes
from stillwatch.service.licences.licensed_exchanges import LicensedExchanges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from stillwatch.core.licence import Licence
    from stillwatch.service.licences.licensed_exchanges import Logs

_EXAMPLE: Final = '{"id": "...", "model": "...", "output_tokens": 12, "answer_sha256": "..."}'


class Counted(NamedTuple):
    receipt: Receipt
    others: int
    """Exchanges of other accounts."""
    not_covered: int
    """Of the licensee, outside of the term or with another model."""
    failed: int
    rejected: int
    """Lines that hold no exchange."""
    faults: tuple[str, ...]
    """What could not be read to its end."""


def count_usage(licence: Licence, logs: Logs, *, at: datetime, listed: Path | None) -> Counted:
    """Read logs and count; the same exchange read twice counts once. About 150 bytes of memory an exchange.

    Args:
        licence: What of.
        logs: What to read.
        at: Now.
        listed: Where to write what both sides know of each exchange, for the licensee; None = nowhere.

    Raises:
        InputError: A file cannot be read, or its format is not clear.
    """
    leaves: set[bytes] = set()
    prompts = input_tokens = output_tokens = 0
    with TemporaryDirectory(prefix="stillwatch-usage-") as folder:
        found = LicensedExchanges(licence, logs, spill=Path(folder))
        out = listed.open("w", encoding="utf-8") if listed else None
        try:
            for one in found.rows():
                digest = hashlib.sha256(one.reply_text.encode("utf-8", "surrogatepass")).hexdigest()
                entry = entry_of_exchange(UsedExchange(one.id, one.model, one.output_tokens, digest))
                leaf = leaf_hash(entry)
                if leaf in leaves:
                    continue
                leaves.add(leaf)
                prompts, input_tokens = prompts + 1, input_tokens + one.input_tokens
                output_tokens += one.output_tokens
                if out is not None:
                    out.write(entry.decode("utf-8", "replace") + "\n")
        finally:
            if out is not None:
                out.close()
    receipt = Receipt(
        licence=licence.id,
        issuer=licence.issuer,
        licensee=licence.licensee,
        issued_at=at,
        used=Used(prompts, input_tokens, output_tokens),
        root=_root_of(leaves),
    )
    return Counted(receipt, found.others, found.not_covered, found.failed, found.rejected, found.faults)


def check_receipt(receipt: Receipt, exchanges: Path) -> int:
    """Check a receipt against one's own records, a JSON object a line; returns how many they are.

    Raises:
        InputError: A line is no record.
        VerificationError: They are not what the receipt is about.
    """
    leaves: set[bytes] = set()
    tokens = 0
    for one in _records(exchanges):
        leaf = leaf_hash(entry_of_exchange(one))
        tokens += 0 if leaf in leaves else one.output_tokens
        leaves.add(leaf)
    mend = "ask the issuer for its list of exchanges, and compare the two line by line"
    for name, ours, theirs in (
        ("exchanges", len(leaves), receipt.used.prompts),
        ("output tokens", tokens, receipt.used.output_tokens),
    ):
        if ours != theirs:
            what = f"the receipt counts {theirs:,} {name}, these records {ours:,}"
            raise VerificationError(what, where=str(exchanges), mend=mend)
    if _root_of(leaves) != receipt.root:
        raise VerificationError("as many exchanges, and not the same ones", where=str(exchanges), mend=mend)
    return len(leaves)


def _root_of(leaves: Iterable[bytes]) -> str:
    hashes = b"".join(sorted(leaves))
    return (root_of_hashes(hashes) if hashes else hashlib.sha256(b"").digest()).hex()[: 2 * HASH_BYTES]


def _records(path: Path) -> Iterator[UsedExchange]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                read = json.loads(line)
                known = (str(read["id"]), str(read["model"]), int(read["output_tokens"]))
                yield UsedExchange(*known, str(read["answer_sha256"]).lower())
            except (ValueError, KeyError, TypeError) as error:
                where = f"{path}:{number}"
                raise InputError(f"no record of an exchange: {error}", where=where, mend=f"write {_EXAMPLE}") from error
