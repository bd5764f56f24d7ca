"""Sealed packages that somebody has altered, by hundreds: what was done → the bytes that a reader gets.

A forger can do everything but sign with keys that are not his and make the log forget. So where the alteration would
show in the zip archive alone, it is written again as a package is, with right checksums; where it would show in the
manifest, the manifest is written again too, and what is left are the log's own words.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import struct
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import rfc8785

from sealed_package import OTHER_SIGNER, MemoryLog, case_of, custody_lines, keys_of, seal
from stillwatch.evidence.case_manifest import digests_of
from stillwatch.evidence.sealed_case import Tier
from stillwatch.evidence.store_zip import read_zip, zip_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Files = dict[str, bytes]
UNSEEN_BY_ED25519 = "the signature of ML-DSA-44 altered in every copy"


def files_in(data: bytes) -> Files:
    return {name: bytes(held) for name, held in read_zip(memoryview(data)).items()}


def zipped(files: Files) -> bytes:
    return b"".join(zip_pieces(files))


def relisted(files: Files) -> Files:
    """With a manifest that is right for them."""
    manifest = json.loads(files["manifest.json"])
    kept = {one["path"]: one for one in manifest["files"]}
    manifest["files"] = []
    for path, data in sorted(files.items()):
        if path == "manifest.json" or path.startswith(("log/", "tsa/")):
            continue
        found = digests_of(data)
        own = {"path": path, "size": found.size, "sha256": found.sha256, "blake3": found.blake3}
        manifest["files"].append({**kept.get(path, {"media_type": "text/plain"}), **own})
    return files | {"manifest.json": rfc8785.dumps(manifest)}


def flips(data: bytes, every: int) -> Iterator[tuple[str, bytes]]:
    """A bit of every so many of the raw archive, wherever it lies."""
    for bit in range(0, len(data) * 8, every):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield f"bit {bit} of the archive", bytes(changed)


def flips_of_files(data: bytes, each: int, seed: int = 7) -> Iterator[tuple[str, str, bytes]]:
    """Some bits of each file, with the archive written again around it: (what, path, archive)."""
    chance = random.Random(seed)
    files = files_in(data)
    for path, held in files.items():
        for bit in sorted(chance.sample(range(len(held) * 8), min(each, len(held) * 8))):
            changed = bytearray(held)
            changed[bit // 8] ^= 1 << bit % 8
            yield f"bit {bit} of {path}", path, zipped(files | {path: bytes(changed)})


def archives(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Tricks with the archive itself."""
    files = files_in(data)
    for cut in (0, 1, 22, 100, len(data) // 2, len(data) - 22, len(data) - 1):
        yield f"cut to {cut} bytes", data[:cut]
    yield "something before it", b"#!/bin/sh\n" + data
    yield "something behind it", data + b"\n"
    yield "a comment", data[:-2] + b"\5\0hello"
    first = files["README.txt"]
    at = data.index(b"README.txt") - 30
    whole = 30 + len("README.txt") + len(first)
    yield "a file twice", data[: at + whole] + data[at : at + whole] + data[at + whole :]
    for trick in (b"../EADME.x", b"/EADME.txt", b"A\\DME.txt\0", b"readme.txt", b"log/check."):
        yield f"named {trick!r}", data.replace(b"README.txt", trick[:10].ljust(10, b"x"))
    there = data.index(b"README.txt")
    yield "named otherwise in its header", data[:there] + b"README.tXt" + data[there + 10 :]
    (start,) = struct.unpack("<I", data[-6:-2])
    yield "directory cut short", data[:start] + data[start + 56 :]


def reordered(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Lines in another order, cut off, or written twice, in every file that has lines."""
    files = files_in(data)
    for path, held in files.items():
        lines = held.splitlines(keepends=True)
        if len(lines) < 2:
            continue
        for name, changed in {
            "two lines swapped": [*lines[:-2], lines[-1], lines[-2]],
            "first two lines swapped": [lines[1], lines[0], *lines[2:]],
            "last line cut": lines[:-1],
            "first line cut": lines[1:],
            "last line twice": [*lines, lines[-1]],
            "an empty line added": [*lines, b"\n"],
            "ends of lines of Windows": [line.replace(b"\n", b"\r\n") for line in lines],
        }.items():
            if b"".join(changed) != held:
                yield f"{name}: {path}", zipped(files | {path: b"".join(changed)})


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file added, taken away, exchanged for another one or truncated; with and without a manifest that says so."""
    files = files_in(data)
    changes: dict[str, Files] = {f"added {path}": files | {path: b"x"} for path in ("note.txt", "log/9.txt", "log/x")}
    changes |= {f"added {path}": files | {path: b"x"} for path in ("tsa/none.tsr", "heads/z.checkpoint", "keys/k")}
    for path, held in files.items():
        changes[f"without {path}"] = {name: one for name, one in files.items() if name != path}
        changes[f"truncated {path}"] = files | {path: held[: len(held) // 2]}
        changes[f"emptied {path}"] = files | {path: b""}
        changes[f"longer {path}"] = files | {path: held + b"\0"}
    listed = [path for path in files if not path.startswith("log/") and path != "manifest.json"]
    for one, other in pairwise(listed):
        changes[f"{one} and {other} exchanged"] = files | {one: files[other], other: files[one]}
    for name, changed in changes.items():
        yield name, zipped(changed)
        if "manifest.json" in changed and changed["manifest.json"] == files["manifest.json"]:
            yield f"{name}, listed so", zipped(relisted(changed))


def proofs(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Proofs exchanged, of other leaves, shortened, lengthened, renumbered, of another log's tree."""
    files = files_in(data)
    paths = [path for path in files if path.endswith(".tlog-proof")]
    for one in paths:
        for other in paths:
            if one < other:
                yield f"{one} and {other} exchanged", zipped(files | {one: files[other], other: files[one]})
        head, _, note = files[one].partition(b"\n\n")
        lines = head.split(b"\n")
        number = int(lines[2].split()[1])
        changes = {
            "one hash less": lines[:-1],
            "one hash more": [*lines, lines[-1]],
            "hashes turned round": [*lines[:3], *reversed(lines[3:])],
            "another number": [*lines[:2], b"index %d" % (number ^ 1), *lines[3:]],
            "a huge number": [*lines[:2], b"index %d" % (1 << 62), *lines[3:]],
            "no entry": [lines[0], *lines[2:]],
            "the entry of another": [lines[0], _extra_of(files, paths, one), *lines[2:]],
            "a zero before the number": [*lines[:2], b"index 0%d" % number, *lines[3:]],
        }
        for name, changed in changes.items():
            if changed != lines:
                yield f"{name}: {one}", zipped(files | {one: b"\n".join(changed) + b"\n\n" + note})
        renamed = f"log/{number + 100}.tlog-proof"
        yield (
            f"renamed {one}",
            zipped({path: held for path, held in files.items() if path != one} | {renamed: files[one]}),
        )


def heads(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The checkpoint forged, exchanged for an old or a forked one, stripped of signatures."""
    files = files_in(data)
    note = files["log/checkpoint"].decode()
    text, _, signatures = note.rpartition("\n\n")
    lines = signatures.splitlines()
    origin, size, root = text.split("\n")[:3]
    other_root = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    texts = {
        "another size": (origin, str(int(size) + 1), root),
        "another root": (origin, size, other_root),
        "another log": ("other.example", size, root),
        "an extension": (origin, size, root, "extension"),
        "an empty log": (origin, "0", root),
    }
    for name, changed in texts.items():
        yield f"checkpoint of {name}", _headed(files, "\n".join(changed) + "\n\n" + "\n".join(lines) + "\n")
    for at, line in enumerate(lines):
        without = "\n".join(lines[:at] + lines[at + 1 :]) + "\n"
        yield f"without the signature of {line.split()[1]} {at}", _headed(files, f"{text}\n\n{without}")
        twice = "\n".join([*lines[: at + 1], line, *lines[at + 1 :]]) + "\n"
        yield f"with the signature of {line.split()[1]} {at} twice", _headed(files, f"{text}\n\n{twice}")
        if line == lines[1]:
            other = f"{line[:-8]}AAAA{line[-4:]}"
            yield UNSEEN_BY_ED25519, _headed(files, f"{text}\n\n" + "\n".join([lines[0], other, *lines[2:]]) + "\n")
    yield "signatures in another order", _headed(files, f"{text}\n\n" + "\n".join(lines[::-1]) + "\n")
    stranger = f"— stranger.example {base64.b64encode(bytes(68)).decode()}"
    yield "signed by a stranger too", _headed(files, f"{text}\n\n" + "\n".join([*lines, stranger]) + "\n")
    old = MemoryLog()
    case_of(old)
    yield "an old head replayed", _headed(files, str(old.head(len(old.entries))))
    yield "the earlier head in its place", _headed(files, files["heads/before.checkpoint"].decode())
    before = "heads/before.checkpoint"
    fork = MemoryLog(entries=[b"another story %d" % at for at in range(3)])
    yield "an earlier head of a fork", zipped(files | {before: str(fork.head(3)).encode()})
    yield "an earlier head that is none", zipped(files | {before: files["log/checkpoint"]})
    yield (
        "an earlier head of another key",
        zipped(files | {before: str(MemoryLog(signer=OTHER_SIGNER).head(0)).encode()}),
    )


def forged(tier: Tier = Tier.REDACTED) -> Iterator[tuple[str, bytes]]:
    """Whole packages of other keys or other logs: what gives them away is what the reader knows."""
    mallory = MemoryLog(signer=OTHER_SIGNER)
    yield "sealed by another log of the same name", seal(case_of(mallory, tier=tier), mallory)
    claimed = MemoryLog(signer=OTHER_SIGNER)
    yield "sealed by another log that names the right keys", seal(case_of(claimed, tier=tier, keys=keys_of()), claimed)
    unseen = MemoryLog()
    yield "seen by no witness", seal(case_of(unseen, tier=tier), unseen, witnessed=False)
    lenient = MemoryLog()
    yield (
        "seen by no witness, and asking for none",
        seal(case_of(lenient, tier=tier, keys=keys_of(quorum=0)), lenient, witnessed=False),
    )


def statements(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Edited contents: custody, redactions, keys, the finding, the batch, the manifest; each with a right manifest."""
    files = files_in(data)
    lines = files["custody.jsonl"].splitlines()
    edits: dict[str, Files] = {
        "custody without its middle": {"custody.jsonl": lines[0] + b"\n" + lines[2] + b"\n"},
        "custody of other steps": {"custody.jsonl": b"".join(line + b"\n" for line in custody_lines(4))},
        "a finding of another confidence": {
            "analysis/finding.json": files["analysis/finding.json"].replace(b"0.97", b"0.99")
        },
        "a batch of another root": {
            "batches/day-1.json": files["batches/day-1.json"].replace(b'"records":9', b'"records":8')
        },
        "a record's commitment exchanged": {"batches/day-1.leaves": bytes(32) + files["batches/day-1.leaves"][32:]},
        "a quorum of none": {"keys/keys.json": files["keys/keys.json"].replace(b'"quorum":1', b'"quorum":0')},
        "another log's keys": {"keys/keys.json": rfc8785.dumps(_with_keys(files, OTHER_SIGNER))},
    }
    listed = json.loads(files["redactions.json"])
    for name, change in {
        "another commitment": {"commitment": "ab" * 32},
        "another field": {"field": "/accounts/7"},
        "another file": {"file": "README.txt"},
    }.items():
        changed = [{**listed["redactions"][0], **change}, *listed["redactions"][1:]]
        edits[f"redactions with {name}"] = {"redactions.json": rfc8785.dumps({**listed, "redactions": changed})}
    fewer = {**listed, "redactions": listed["redactions"][1:]}
    edits["redactions without one"] = {"redactions.json": rfc8785.dumps(fewer)}
    for name, edit in edits.items():
        yield name, zipped(files | edit)
        yield f"{name}, listed so", zipped(relisted(files | edit))
    manifest = json.loads(files["manifest.json"])
    for key, value in {
        "about": "campaign-2",
        "tier": "confidential",
        "made_at": "2026-11-21T12:00:00.000000Z",
        "clock": {},
        "tool": {"name": "other", "version": "0"},
        "files": manifest["files"][1:],
        "leaves": manifest["leaves"][1:],
        "schema": "stillwatch.case/2",
    }.items():
        yield f"manifest with another {key}", zipped(files | {"manifest.json": rfc8785.dumps({**manifest, key: value})})


def altered_records(lines: tuple[bytes, ...]) -> dict[str, tuple[bytes, ...]]:
    """Records of custody that are not as their keepers signed them: what was done → the lines."""
    made = {
        "beheaded": lines[1:],
        "gap": lines[:2] + lines[3:],
        "moved": (lines[0], lines[2], lines[1], *lines[3:]),
        "twice": (*lines, lines[-1]),
    }
    for at, line in enumerate(lines):
        read = json.loads(line)
        said, (signed,) = base64.b64decode(read["payload"]), read["signatures"]
        raw = base64.b64decode(signed["sig"])
        bit = base64.b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode()
        other = base64.b64encode(said.replace(b"a keeper", b"a robber")).decode()
        changes: dict[str, dict[str, Any]] = {
            f"another word in line {at}": {"payload": other},
            f"a bit of signature {at}": {"signatures": [signed | {"sig": bit}]},
            f"a second signature in line {at}, of nobody": {"signatures": [signed, signed | {"sig": ""}]},
        }
        made |= {name: (*lines[:at], _line(read | change), *lines[at + 1 :]) for name, change in changes.items()}
    return made


def all_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Everything but single bits."""
    makers: list[Callable[[bytes], Iterator[tuple[str, bytes]]]] = [
        *(archives, reordered, members, proofs, heads, statements),
    ]
    for make in makers:
        yield from make(data)
    yield from forged()


def _line(envelope: dict[str, Any]) -> bytes:
    return json.dumps(envelope).encode()


def _headed(files: Files, note: str) -> bytes:
    """With another checkpoint, in each proof too."""
    changed = dict(files)
    for path, held in files.items():
        if path.endswith(".tlog-proof"):
            changed[path] = held.partition(b"\n\n")[0] + b"\n\n" + note.encode()
    return zipped(changed | {"log/checkpoint": note.encode()})


def _extra_of(files: Files, paths: list[str], but: str) -> bytes:
    other = next(path for path in paths if path != but)
    return files[other].split(b"\n")[1]


def _with_keys(files: Files, signer: Any) -> dict[str, Any]:
    return {**json.loads(files["keys/keys.json"]), "log": [str(one) for one in signer.verifiers]}
