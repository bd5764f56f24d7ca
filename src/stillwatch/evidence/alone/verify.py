#!/usr/bin/env python3
"""Check a sealed package of evidence with nothing but Python 3.9 or newer: no network, no library, no trust in us.

    python3 verify.py PACKAGE.zip --key 'log.example+1a2b3c4d+AWJhc2U2NA...'

Every file is checked against the manifest, that against a transparency log (RFC 6962), the log against its signatures
(Ed25519, RFC 8032; ML-DSA-44 where verify_ml_dsa.py lies beside this file). What it did not check, it says, such as the
signature of a time authority. Exits 0 where what was checked holds, 1 where something does not, 2 without a package.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import mmap
import re
import struct
import sys
import zlib
from typing import Any

try:
    from verify_ml_dsa import ml_dsa_holds
except ImportError:
    ml_dsa_holds = None

Files = dict[str, memoryview]
Point = tuple[int, int, int, int]
STEPS = "archive keys checkpoint proofs manifest contents shown custody batches redactions openings earlier seen stamps"
PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*(/[A-Za-z0-9_][A-Za-z0-9._+-]*)*")


class Refused(Exception):
    """Something was altered, is missing or was added, or nobody who counts has signed it."""


class Unable(Exception):
    """What it takes is not there."""


WRONG = (Refused, ValueError, LookupError, TypeError, AttributeError, RecursionError, struct.error)


def need(holds: object, because: str) -> None:
    if not holds:
        raise Refused(because)


def read_zip(data: memoryview) -> Files:
    """Stored, sorted, with fixed times: not one byte that it would not have been written with."""
    at = len(data) - 22
    need(at >= 0 and bytes(data[at : at + 4]) == b"PK\5\6", "no end of an archive where it must be")
    start = struct.unpack("<4s4H2IH", data[at:])[6]
    files: Files = {}
    listed, place, reached = bytearray(), start, 0
    while place < at:
        fields = struct.unpack("<4s6H3I5H2I", data[place : place + 46])
        crc, size, length = fields[7], fields[8], fields[10]
        name = bytes(data[place + 46 : place + 46 + length])
        same = (20, 0, 0, 0, 0x21, crc, size, size, len(name))
        local = struct.pack("<4s5H3I2H", b"PK\3\4", *same, 0) + name
        held = data[reached + len(local) : reached + len(local) + size]
        is_as_listed = bytes(data[reached : reached + len(local)]) == local and reached + len(local) + size <= start
        need(is_as_listed and zlib.crc32(held) == crc, "a file is not what the archive's directory says")
        listed += struct.pack("<4s6H3I5H2I", b"PK\1\2", 0x314, *same, 0, 0, 0, 0, 0o100644 << 16, reached) + name
        files[name.decode("ascii", "replace")] = held
        place, reached = place + 46 + len(name), reached + len(local) + size
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(files), len(files), len(listed), start, 0)
    need(reached == start and bytes(data[start:]) == bytes(listed) + end, "the archive is not written as a package is")
    need(list(files) == sorted(files), "names that are not sorted")
    is_plain = all(len(one) < 256 and PLAIN_NAME.fullmatch(one) for one in files)
    need(is_plain and len({one.lower() for one in files}) == len(files), "names that are none, or two that are one")
    return files


def mapped(path: str) -> memoryview:
    with open(path, "rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def read_json(data: bytes | memoryview, where: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), where + ": a key stands twice")
        return dict(pairs)

    try:
        return json.loads(bytes(data).decode(), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{where}: no JSON: {error}") from error


def canonical(value: Any) -> str:
    """JSON as RFC 8785 writes it."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        if "e" in repr(value) or "n" in repr(value):
            raise Unable("a number that Python writes otherwise than RFC 8785: stillwatch verify checks it")
        return repr(value)[:-2] if value.is_integer() else repr(value)
    return json.dumps(value, ensure_ascii=False)


def sha256(data: bytes | memoryview) -> str:
    return hashlib.sha256(data).hexdigest()


def decoded(text: str | bytes) -> bytes:
    return base64.b64decode(text, validate=True)


P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    found = (0, 1, 1, 0)
    while scalar:
        found = add(found, point) if scalar & 1 else found
        point, scalar = add(point, point), scalar >> 1
    return found


def point_of(data: bytes) -> Point:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * pow(2, (P - 1) // 4, P) % P if (x * x - square) % P else x
    if y >= P or (x * x - square) % P or (not x and sign) or len(data) != 32:
        raise ValueError("no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    key, scalar = point_of(public), int.from_bytes(signature[32:], "little")
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    x, y, z, _ = add(times(scalar, BASE), times(hashed, (P - key[0], key[1], 1, P - key[3])))
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    is_same = (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]
    return is_same and len(signature) == 64 and scalar < ORDER


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def climbed(first: bytes, index: int, last: int, path: list[bytes]) -> tuple[bytes, bytes]:
    """The roots of the tree that ends at this node, and of the whole, whose last node of that level is `last`."""
    old = new = first
    for beside in path:
        need(last, "a proof is too long for the tree")
        if index & 1 or index == last:
            old, new = node(beside, old), node(beside, new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            new = node(new, beside)
        index, last = index >> 1, last >> 1
    need(not last, "a proof is too short for the tree")
    return old, new


def check_consistency(old: int, old_root: bytes, size: int, path: list[bytes], root: bytes) -> None:
    need(0 < old <= size, f"a tree of {old} leaves is no beginning of one of {size}")
    index, last = old - 1, size - 1
    while index and (index & 1 or index == last):
        index, last = index >> 1, last >> 1
    path = path if index else [old_root, *path]
    need(
        path and climbed(path[0], index, last, path[1:]) == (old_root, root), "a checkpoint is no beginning of this one"
    )


def root_of(hashes: memoryview) -> bytes:
    """Of a Merkle tree (RFC 9162) over the hashes of leaves that lie side by side."""
    count = len(hashes) // 32
    if count & count - 1 or count > 4096:
        left = 32 << (count - 1).bit_length() - 1
        return node(root_of(hashes[:left]), root_of(hashes[left:]))
    level = bytes(hashes)
    while len(level) > 32:
        level = b"".join([hashlib.sha256(b"\1" + level[at : at + 64]).digest() for at in range(0, len(level), 64)])
    return level


def key_of(text: str) -> tuple[tuple[str, bytes], tuple[int, bytes]]:
    """(name, id) and (type, public key) of a key as text."""
    name, key_id, encoded = text.strip().split("+", 2)
    raw = decoded(encoded)
    told = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    need(name and told.hex() == key_id and (raw[0], len(raw)) in {(1, 33), (4, 33), (6, 1313)}, "no key: " + name)
    return (name, told), (raw[0], raw[1:])


class Note:
    """A checkpoint with its signatures (c2sp.org/signed-note, tlog-checkpoint)."""

    def __init__(self, data: bytes | memoryview, where: str) -> None:
        self.where = where
        text, _, lines = bytes(data).decode().rpartition("\n\n")
        parts = [line.split(" ") for line in lines[:-1].split("\n")]
        self.signed = [((name, decoded(one)[:4]), decoded(one)[4:]) for _, name, one in parts]
        self.origin, size, root = text.split("\n")
        self.text, self.size, self.root = text + "\n", int(size), decoded(root)
        head = f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n\n"
        plain = [f"\u2014 {name} {base64.b64encode(told + one).decode()}\n" for (name, told), one in self.signed]
        need((head + "".join(plain)).encode() == data and len(self.root) == 32, where + ": not plainly written")

    def signers(self, keys: dict[tuple[str, bytes], tuple[int, bytes]]) -> set[tuple[str, bytes]]:
        """Who of the known keys has signed; one of them whose signature does not hold condemns the note."""
        found = set()
        for name, value in self.signed:
            kind, public = keys.get(name, (0, b""))
            at, message = value[:8], self.text.encode()
            if not kind or (kind == 6 and ml_dsa_holds is None):
                continue
            if kind == 6:
                cosigner, log = (bytes([len(one)]) + one for one in (name[0].encode(), self.origin.encode()))
                message = b"subtree/v1\n\0" + cosigner + at + log + bytes(8) + self.size.to_bytes(8, "big") + self.root
            if kind == 4:
                message = b"cosignature/v1\ntime %d\n" % int.from_bytes(at, "big") + message
            holds = ml_dsa_holds if kind == 6 else ed25519_holds
            need(holds(public, value if kind == 1 else value[8:], message), f"{self.where}: the signature of {name[0]}")
            found.add(name)
        need(found, self.where + ": signed by nobody who is known")
        return found


def read_proof(data: memoryview, where: str) -> tuple[int, bytes, list[bytes], bytes]:
    """Number, entry, hashes and checkpoint (c2sp.org/tlog-proof)."""
    head, _, checkpoint = bytes(data).partition(b"\n\n")
    lines = head.split(b"\n")
    need(lines[0] == b"c2sp.org/tlog-proof@v1" and lines[1][:6] == b"extra ", where + ": no proof")
    entry, leaf = decoded(lines[1][6:]), int(lines[2][6:])
    need(lines[1][6:] == base64.b64encode(entry) and lines[2] == b"index %d" % leaf, where + ": not plainly written")
    return leaf, entry, hashes_in(lines[3:], where), checkpoint


def hashes_in(lines: list[bytes], where: str) -> list[bytes]:
    path = [decoded(line) for line in lines]
    is_plain = [base64.b64encode(one) for one in path] == lines and {len(one) for one in path} <= {32}
    need(is_plain and len(path) <= 64, where + ": no hashes, or not plainly written")
    return path


class Package:
    """Each step rests on those before it, and nothing is read before it is vouched for."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.files: Files = {}

    def held(self, path: str) -> memoryview:
        need(path in self.files, path + " is missing")
        return self.files[path]

    def under(self, folder: str, suffix: str = "") -> list[str]:
        return sorted(path for path in self.files if path.startswith(folder) and path.endswith(suffix))

    def archive(self) -> str:
        self.files = read_zip(mapped(self.asked.package))
        return f"{len(self.files)} files"

    def keys(self) -> str:
        self.own = own = read_json(self.held("keys/keys.json"), "keys/keys.json")
        self.log, self.witnesses = dict(map(key_of, own["log"])), dict(map(key_of, own["witnesses"]))
        self.pinned, self.watching = dict(map(key_of, self.asked.key)), dict(map(key_of, self.asked.witness))
        self.logs = {**self.log, **dict(map(key_of, own["given"])), **self.pinned}
        is_known = own["schema"] == "stillwatch.case-keys/1" and all(name == own["origin"] for name, _ in self.logs)
        need(is_known, "keys of another version, or of another log than the reader's")
        return f"of the log {own['origin']}"

    def checkpoint(self) -> str:
        self.note = note = Note(self.held("log/checkpoint"), "log/checkpoint")
        names, known = [name for name, _ in note.signed], {**self.log, **self.witnesses}
        need(names == [name for name in known if name in names], "signed by strangers, twice or out of order")
        is_whole = self.log and set(self.log) <= set(names) and note.origin == self.own["origin"]
        need(is_whole, "not signed by all keys of the log, or of another log")
        found = note.signers({**known, **self.pinned, **self.watching})
        by = sorted({name for name, _ in found & set(self.witnesses)})
        watched = {name for name, _ in found & set(self.watching)}
        need(len(by) >= self.own["quorum"] and len(watched) >= self.asked.quorum, "too few witnesses have signed")
        need(not self.pinned or found & set(self.pinned), "not signed with the reader's key: ask for the present one")
        return f"{note.size} leaves of {note.origin}, witnesses: {', '.join(by) or 'none'}"

    def proofs(self) -> str:
        self.leaves: dict[int, Any] = {}
        for path in self.under("log/"):
            if path == "log/checkpoint" or path.endswith(".consistency"):
                continue
            leaf, entry, hashes, checkpoint = read_proof(self.files[path], path)
            need(path == f"log/{leaf}.tlog-proof", f"{path}: of leaf {leaf}")
            need(checkpoint == self.files["log/checkpoint"] and leaf < self.note.size, path + ": of another checkpoint")
            climb = climbed(hashlib.sha256(b"\0" + entry).digest(), leaf, self.note.size - 1, hashes)
            need(climb[1] == self.note.root, path + ": does not lead to the root of the log")
            self.leaves[leaf] = read_json(entry, path)
        return f"{len(self.leaves)} leaves"

    def manifest(self) -> str:
        digest = sha256(self.held("manifest.json"))
        known = [at for at, one in self.leaves.items() if (one["kind"], one["sha256"]) == ("dossier", digest)]
        need(len(known) == 1, "no leaf that is proved is of this manifest")
        self.said = said = read_json(self.files["manifest.json"], "manifest.json")
        leaf = self.leaves.pop(known[0])
        need(said["schema"] == "stillwatch.case/1", "a manifest of another version")
        need((leaf["about"], leaf["noted_at"]) == (said["about"], said["made_at"]), "the leaf is about another case")
        return f"{said['about']}, {said['tier']} tier, of {said['made_at']}: leaf {known[0]}"

    def contents(self) -> str:
        self.digests = {one["path"]: one["sha256"] for one in self.said["files"]}
        there = set(self.files) - {"manifest.json", "tsa/checkpoint.tsr", *self.under("log/")}
        need(there == set(self.digests), "missing or added: " + ", ".join(sorted(there ^ set(self.digests))[:3]))
        changed = sorted(path for path in there if sha256(self.files[path]) != self.digests[path])
        need(not changed, "changed: " + ", ".join(changed[:3]))
        return f"{len(there)} files, by SHA-256"

    def shown(self) -> str:
        listed = {one["leaf"]: (one["kind"], one["sha256"]) for one in self.said["leaves"]}
        need(listed == {at: (one["kind"], one["sha256"]) for at, one in self.leaves.items()}, "other leaves are proved")
        for one in self.said["leaves"]:
            path, is_line, line = one["of"].partition("#")
            digest = self.digests[path] if path else one["sha256"]
            if is_line:
                digest = sha256(decoded(read_json(bytes(self.held(path)).splitlines()[int(line)], path)["payload"]))
            need(digest == one["sha256"], f"leaf {one['leaf']} is not of {one['of']}")
        return f"{len(listed)} beside the manifest's, each of what it says"

    def custody(self) -> str:
        keys = {one: decoded("".join(one.split("-----")[2].split())) for one in self.own["custody"]}
        raw = [der[12:] for der in keys.values() if der[:12].hex() == "302a300506032b6570032100"]
        lines, before = bytes(self.files.get("custody.jsonl", b"")).splitlines(), ""
        for line in lines:
            one = read_json(line, "custody.jsonl")
            kind, payload = one["payloadType"].encode(), decoded(one["payload"])
            signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
            by = [any(ed25519_holds(key, decoded(sig["sig"]), signed) for key in raw) for sig in one["signatures"]]
            if not all(by) and len(raw) < len(keys):
                raise Unable("signed with keys of another kind than Ed25519: stillwatch verify checks them")
            need(by and all(by) and kind == b"application/vnd.in-toto+json", "not signed by a key that counts")
            said = read_json(payload, "custody.jsonl")
            is_next = said["_type"] == "https://in-toto.io/Statement/v1" and said["predicate"]["previous"] == before
            need(is_next, "a statement that does not follow on the one before it")
            before = sha256(payload)
        return f"{len(lines)} statements, each after the other" if lines else ""

    def batches(self) -> str:
        known = {one["of"] for one in self.said["leaves"] if one["kind"] == "batch"}
        for path in self.under("batches/"):
            statement = re.sub(r"\.(leaves|json)$", "", path) + ".json"
            need(statement in known, path + ": the log knows no such batch")
            if path != statement:
                said = read_json(self.files[statement], statement)
                is_whole = len(self.files[path]) == 32 * said["records"] and said["schema"] == "stillwatch.batch/1"
                need(is_whole and root_of(self.files[path]).hex() == said["root"], path + ": not what was noted")
        return f"the commitments of {len(known)} batches" if self.under("batches/") else ""

    def redactions(self) -> str:
        if "redactions.json" not in self.files:
            return ""
        fields = self.taken()
        if self.said["tier"] == "confidential":
            shown = read_json(self.held("openings.json"), "openings.json")["openings"]
            need({(one["file"], one["field"]): commitment_of(one) for one in shown} == fields, "other than listed")
            return f"{len(shown)} fields are what the redacted tier commits to"
        need("openings.json" not in self.files, "what was taken out is shown")
        for path in {path for path, _ in fields}:
            text = json.dumps(read_json(self.held(path), path), separators=(",", ":"))
            marks = re.findall(r'\{"redacted":"([0-9a-f]{64})"\}', text)
            listed = [commitment for (file, _), commitment in fields.items() if file == path]
            need(sorted(marks) == sorted(listed), path + ": other fields were taken out than are listed")
        return f"{len(fields)} fields were taken out"

    def openings(self) -> str:
        if not self.asked.opening:
            return ""
        known = self.taken()
        told = [one for path in self.asked.opening for one in read_json(mapped(path), path)["openings"]]
        is_known = all(known.get((one["file"], one["field"])) == commitment_of(one) for one in told)
        need(told and is_known, "this is not what was taken out there")
        return "was taken out there: " + ", ".join(f"{one['file']}#{one['field']}" for one in told)

    def taken(self) -> dict[tuple[str, str], str]:
        listed = read_json(self.held("redactions.json"), "redactions.json")["redactions"]
        return {(one["file"], one["field"]): one["commitment"] for one in listed}

    def earlier(self) -> str:
        names = [path[6:-11] for path in self.under("heads/", ".checkpoint")]
        need([f"log/{one}.consistency" for one in names] == self.under("log/", ".consistency"), "not each is proved")
        self.sizes = {self.note.size: self.note.root}
        for name in names:
            note = Note(self.files[f"heads/{name}.checkpoint"], name)
            note.signers(self.logs)
            note.signers({**self.logs, **self.witnesses})
            lines = bytes(self.files[f"log/{name}.consistency"]).split(b"\n")
            need(note.origin == self.note.origin and lines.pop() == b"", name + ": of another log")
            check_consistency(note.size, note.root, self.note.size, hashes_in(lines, name), self.note.root)
            self.sizes[note.size] = note.root
        return f"{', '.join(names)}: beginnings of the same log" if names else ""

    def seen(self) -> str:
        for path in self.asked.seen:
            note = Note(mapped(path), path)
            need(note.signers(self.logs) and note.origin == self.note.origin, path + ": of another log")
            if note.size not in self.sizes:
                raise Unable(f"nothing connects the one of {note.size} leaves")
            need(self.sizes[note.size] == note.root, f"the log has shown two histories of {note.size} leaves")
        return "the same history" if self.asked.seen else ""

    def stamps(self) -> str:
        told = []
        for path in [*self.under("heads/", ".tsr"), *self.under("tsa/")]:
            data = self.held("log/checkpoint" if path.startswith("tsa/") else path[:-3] + "checkpoint")
            imprints = (hashlib.new(name, data).digest() for name in ("sha256", "sha384", "sha512"))
            token = bytes(self.files[path])
            need(any(one in token for one in imprints), path + ": is over something else")
            at = re.search(rb"\x18.([0-9]{14}[0-9.]*Z)", token, re.DOTALL)
            told.append(f"{at[1].decode() if at else 'no time'} in {path}")
        if not told:
            return ""
        raise Unable(f"signatures of time authorities, which state {', '.join(told)}: openssl ts -verify checks them")


def commitment_of(one: dict[str, Any]) -> str:
    parts = ["stillwatch.redacted-field/1", one["salt"], one["file"], one["field"], one["value"]]
    return sha256(canonical(parts).encode())


def run(asked: argparse.Namespace) -> list[tuple[str, str, str]]:
    """(name, outcome, why) of each check; what rests on one that fails is not made."""
    package = Package(asked)
    made: list[tuple[str, str, str]] = []
    for name in STEPS.split():
        try:
            because = getattr(package, name)()
        except Unable as error:
            made.append((name, "not done", str(error)))
        except WRONG as error:
            return [
                *made,
                (name, "FAILS", str(error) if isinstance(error, Refused) else f"not as it must be: {error!r}"),
            ]
        else:
            made += [(name, "holds", because)] if because else []
    undone = {
        "whose keys": (not asked.key, "they came with the package: name the key that its keeper gave you, --key"),
        "key history": ("keys/history.json" in package.files, "stillwatch verify follows it"),
        "records": (package.under("records/"), "stillwatch verify checks records that are shown alone"),
        "ML-DSA-44": (ml_dsa_holds is None, "put verify_ml_dsa.py beside me; Ed25519 was checked"),
        "BLAKE3": (True, "SHA-256 of the same bytes was checked"),
    }
    return made + [(name, "not done", why) for name, (is_undone, why) in undone.items() if is_undone]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package")
    for name, told in {
        "--key": "public key of the log, NAME+ID+KEY, that its keeper gave you",
        "--witness": "public key of a witness that you trust",
        "--seen": "a checkpoint of the log that you or others were shown",
        "--opening": "fields that were taken out and that somebody shows now",
    }.items():
        parser.add_argument(name, action="append", default=[], help=told)
    parser.add_argument("--quorum", type=int, default=0, help="so many of those witnesses must have signed")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    try:
        made = run(asked)
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    fails = any(outcome == "FAILS" for _, outcome, _ in made)
    lines = [f"{outcome:<9} {name:<12} {why}" for name, outcome, why in made]
    lines += ["Something was altered, or was never right." if fails else "Everything that was checked holds."]
    plain = json.dumps({"outcome": "fails" if fails else "holds", "checks": made}, indent=2)
    print(plain if asked.json else "\n".join(lines))
    return 1 if fails else 0


if __name__ == "__main__":
    sys.exit(main())
