"""Check a sealed package, from its last byte to who vouches for it, without a network and without the log.

What is asked, in this order, each only where what it rests on holds:

    archive      one zip, written in the only way that there is
    keys         the public keys that came along, and whether the reader brought any
    key history  from the keys that the reader was given to those that the log has now
    checkpoint   signed by each key of the log, by nobody who is not named, and by as many witnesses as are asked for
    proofs       each leaf that is shown stands in that log
    manifest     its digest is one of those leaves; nothing of it is read before
    files        each is there as it was, and no other one
    leaves       each is of what the manifest says that it is of
    then custody, batches, records, redactions, openings, earlier heads, time stamps, checkpoints seen elsewhere

A check that cannot be made is said to be not done and never counts as one that holds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.case_check import CaseReport, Check, Outcome, not_done, tried
from stillwatch.evidence.case_keys import HISTORY, KEYS, read_case_keys
from stillwatch.evidence.check_case_files import (
    RECORDS,
    batches_in,
    check_batches,
    check_custody,
    check_leaves,
    check_listed,
    check_manifest,
    check_records,
)
from stillwatch.evidence.check_case_log import (
    check_heads,
    check_proofs,
    check_seen,
    check_signed,
    check_stamps,
    stamps_in,
    witnesses_of,
)
from stillwatch.evidence.check_key_history import check_history
from stillwatch.evidence.check_redactions import check_redactions, check_shown
from stillwatch.evidence.key_history import KeyHistory, read_history
from stillwatch.evidence.redaction import REDACTIONS
from stillwatch.evidence.sealed_case import CUSTODY
from stillwatch.evidence.store_zip import read_zip
from stillwatch.evidence.timestamp import read_roots

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cryptography.x509 import Certificate

    from stillwatch.evidence.case_check import Trust
    from stillwatch.evidence.case_keys import CaseKeys
    from stillwatch.evidence.case_manifest import Manifest
    from stillwatch.evidence.check_case_log import SignedHead
    from stillwatch.evidence.proof_file import LogPolicy
    from stillwatch.evidence.signed_note import Note

ROOTS: Final = "keys/tsa-roots.pem"
_Found = TypeVar("_Found")


def check_package(data: memoryview, trust: Trust) -> CaseReport:
    """Check the bytes of an archive."""
    checks: list[Check] = []
    files = _step(checks, "archive", lambda: _told(read_zip(data), lambda found: f"{len(found):,} files"))
    return CaseReport(checks=tuple(checks)) if files is None else check_members(files, trust, tuple(checks))


def check_members(files: Mapping[str, memoryview], trust: Trust, before: tuple[Check, ...] = ()) -> CaseReport:
    """Check the files of a package, wherever they lie.

    Args:
        files: Path in the package → contents.
        trust: What the reader knows.
        before: Checks that were made of what they lay in.
    """
    checks = list(before)
    keys = _step(checks, "keys", lambda: _told(_keys(files), lambda found: f"of the log {found.log.origin}"))
    if keys is None:
        return CaseReport(checks=tuple(checks))
    if trust.policy is None:
        checks.append(
            not_done("whose keys", "they came with the package: name the keys that the log's keeper gave you")
        )
    history = _step(checks, "key history", lambda: _followed(files, trust.policy or _given(keys)))
    if history is None:
        return CaseReport(checks=tuple(checks))
    policy = history.policy
    head = _step(checks, "checkpoint", lambda: _told(check_signed(files, keys, policy), lambda one: _signed(one, keys)))
    if head is None:
        return CaseReport(checks=tuple(checks))
    proved = _step(
        checks, "proofs", lambda: _told(check_proofs(files, head, policy), lambda one: f"{len(one):,} leaves")
    )
    if proved is None:
        return CaseReport(checks=tuple(checks), origin=policy.origin)
    known = _step(checks, "manifest", lambda: _told(check_manifest(files, proved), lambda one: f"is leaf {one[1]:,}"))
    if known is None:
        return CaseReport(checks=tuple(checks), origin=policy.origin)
    manifest, own = known
    checks.append(tried("files", lambda: check_listed(files, manifest)))
    if checks[-1].outcome is Outcome.HOLDS:
        checks.append(tried("leaves", lambda: check_leaves(files, manifest, own, proved)))
        checks += _contents(files, manifest, keys, history, trust)
    checks += _times(files, head, policy, trust)
    return CaseReport(
        checks=tuple(checks),
        about=manifest.about,
        tier=manifest.tier.value,
        made_at=manifest.made_at,
        origin=policy.origin,
    )


def _contents(
    files: Mapping[str, memoryview], manifest: Manifest, keys: CaseKeys, history: KeyHistory, trust: Trust
) -> list[Check]:
    """What can be asked of the files once they are those of the manifest."""
    checks = []
    if CUSTODY in files:
        checks.append(tried("custody", lambda: check_custody(files, manifest, keys, history.spans)))
    if batches_in(files):
        checks.append(tried("batches", lambda: check_batches(files, manifest)))
    if any(path.startswith(RECORDS) for path in files):
        checks.append(tried("records", lambda: check_records(files, history.policy)))
    if REDACTIONS in files:
        checks.append(tried("redactions", lambda: check_redactions(files, manifest.tier)))
    if trust.shown:
        checks.append(tried("openings", lambda: check_shown(files, trust.shown)))
    return checks


def _times(files: Mapping[str, memoryview], head: SignedHead, policy: LogPolicy, trust: Trust) -> list[Check]:
    """Earlier heads, time stamps over them, and what the reader saw elsewhere."""
    checks: list[Check] = []
    heads = _step(checks, "earlier heads", lambda: _told(check_heads(files, head, policy), _named))
    if heads is None:
        return checks
    checks = checks if heads else []
    if trust.seen:
        checks.append(tried("seen elsewhere", lambda: _seen(check_seen(trust.seen, heads.values(), head, policy))))
    if not stamps_in(files):
        return checks
    if trust.roots:
        return [*checks, tried("time stamps", lambda: _stamped(files, head, trust.roots))]
    if ROOTS not in files:
        return [*checks, not_done("time stamps", "the authority's certificates are not there: name them")]
    checks.append(not_done("whose time", "the authority's certificates came with the package: name yours"))
    own = bytes(files[ROOTS])
    return [*checks, tried("time stamps", lambda: _stamped(files, head, read_roots(own, ROOTS)))]


def _stamped(files: Mapping[str, memoryview], head: SignedHead, roots: tuple[Certificate, ...]) -> str:
    found = check_stamps(files, head, roots)
    return "; ".join(f"{one.at:%Y-%m-%d %H:%M:%S}Z by {one.authority}" for one in found)


def _keys(files: Mapping[str, memoryview]) -> CaseKeys:
    if KEYS not in files:
        raise VerificationError("is missing", where=KEYS)
    return read_case_keys(files[KEYS])


def _given(keys: CaseKeys) -> LogPolicy:
    """What the package asks of the log by itself, from its first keys on."""
    return replace(keys.log, log_keys=keys.given or keys.log.log_keys)


def _followed(files: Mapping[str, memoryview], policy: LogPolicy) -> tuple[KeyHistory, str]:
    """What the log says of keys, and the policy with those that followed the ones that it names."""
    if HISTORY not in files:
        return KeyHistory((), policy), "nothing was ever said of a key"
    history = check_history(read_history(bytes(files[HISTORY]), HISTORY), policy, HISTORY)
    return history, f"{len(history.spans)} keys"


def _signed(head: SignedHead, keys: CaseKeys) -> str:
    said = head.found.checkpoint
    by = witnesses_of(head, keys)
    witnessed = f", witnessed by {', '.join(by)}" if by else ", by no witness"
    return f"{said.size:,} leaves of {said.origin}{witnessed}"


def _named(heads: Mapping[str, Note]) -> str:
    return f"{', '.join(sorted(heads))}: beginnings of the same log"


def _seen(unknown: list[str]) -> str:
    return "the same history" if not unknown else "no contradiction; nothing connects the one of " + ", ".join(unknown)


def _told(found: _Found, say: Callable[[_Found], str]) -> tuple[_Found, str]:
    return found, say(found)


def _step(checks: list[Check], name: str, check: Callable[[], tuple[_Found, str]]) -> _Found | None:
    """Make a check that others rest on: what it found, or None where it fails."""
    held: list[_Found] = []

    def run() -> str:
        found, because = check()
        held.append(found)
        return because

    checks.append(tried(name, run))
    return held[0] if held else None
