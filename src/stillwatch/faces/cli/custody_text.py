"""What `stillwatch custody` shows: for people in lines, for programs as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

from stillwatch.logs.rejects import excerpt

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.evidence.custody_chain import Custody, Link
    from stillwatch.evidence.custody_statement import CustodyStatement
    from stillwatch.service.evidence.seal_custody import SealedCustody
    from stillwatch.service.evidence.verify_custody import VerifiedCustody

_MOST_SHOWN: Final = 40
_LONGEST: Final = 1_000
_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB", "PB")


def show_sealed(sealed: SealedCustody, seal: Path, leaves: tuple[int, ...], *, as_json: bool) -> None:
    said = sealed.link.statement
    if as_json:
        plain = {"seal": str(seal), "left_out": sealed.left_out, "remarks": sealed.remarks, "leaves": leaves}
        click.echo(_json(plain | {"statement": _plain(sealed.link)}))
        return
    click.echo(f"{seal}: {_counted(said)}, digest {said.root}")
    if sealed.left_out:
        click.echo(f"not sealed: {', '.join(sealed.left_out)}")
    for remark in sealed.remarks:
        click.echo(_shown(remark))
    _show_leaves(leaves)


def show_link(link: Link, leaves: tuple[int, ...], *, as_json: bool) -> None:
    """A statement that was added."""
    if as_json:
        click.echo(_json({"statement": _plain(link), "leaves": leaves}))
        return
    click.echo(_line(link))
    _show_leaves(leaves)


def show_verified(found: VerifiedCustody, *, as_json: bool) -> None:
    files = found.files
    if as_json:
        plain: dict[str, Any] = {
            "name": found.seal.manifest.name,
            "root": files.root,
            "signer": found.seal.signer,
            "algorithm": files.algorithm,
            "files": files.files,
            "bytes": files.size,
            "differences": [one._asdict() for one in files.differences],
            "left_out": files.left_out,
            "proved_leaves": found.noted,
        }
        if found.custody is not None:
            plain |= _plain_record(found.custody)
        click.echo(_json(plain))
        return
    for one in files.differences[:_MOST_SHOWN]:
        other = f"  → {_shown(one.other)}" if one.other else ""
        click.echo(f"{one.kind.value:<10}  {_shown(one.path)}{other}")
    if len(files.differences) > _MOST_SHOWN:
        click.echo(f"and {len(files.differences) - _MOST_SHOWN:,} more")
    verdict = "NOT as it was sealed" if files.differences else "as it was sealed"
    click.echo(
        f"{_shown(found.seal.manifest.name)}: {verdict}; {_sized(files.files, files.size)} by {files.algorithm}, "
        f"digest {files.root}, signed by {found.seal.signer[:16]}"
    )
    if files.left_out:
        click.echo(f"not sealed, and not looked at: {', '.join(files.left_out)}")
    if found.custody is not None:
        click.echo(_state(found.custody))
    if found.noted:
        click.echo(f"{found.noted} leaves proved to stand in the transparency log")


def show_history(record: Custody, *, as_json: bool) -> None:
    if as_json:
        click.echo(_json(_plain_record(record)))
        return
    for link in record.links:
        click.echo(_line(link))
    click.echo(_state(record))


def _line(link: Link) -> str:
    said = link.statement
    remarks = [said.because] if said.because else []
    if link.is_late:
        remarks.append("earlier than the one before, by this keeper's clock")
    if said.hardware:
        remarks.append(_machine(said))
    if said.clock.get("is_synchronised") is False:
        remarks.append("clock follows no other")
    told = f"  ({'; '.join(remarks)})" if remarks else ""
    return _shown(f"{said.number:>3}  {said.at:%Y-%m-%d %H:%M:%S}Z  {said.kind:<8}  {_who(said)}: {_done(said)}{told}")


def _machine(said: CustodyStatement) -> str:
    accelerators = _listed(said.hardware.get("accelerators"))
    told = f" with {len(accelerators)} accelerators" if len(accelerators) > 1 else " with an accelerator"
    return f"on {said.hardware.get('hostname')}{told if accelerators else ''}"


def _done(said: CustodyStatement) -> str:
    """What a statement says, in a few words; values are whatever its signer wrote."""
    what = {name: str(value) for name, value in said.what.items()}
    match said.kind.value:
        case "transfer":
            return f"to {what.get('to_name')} ({what.get('to', '')[:16]}) by {what.get('means')}"
        case "receive":
            return f"{_counted(said)} checked by {what.get('algorithm')}, from {what.get('from_name')}"
        case "disclose":
            return f"{what.get('extent')} to {what.get('to_name')}, by {what.get('authority')}"
        case "derive" | "redact":
            parents = ", ".join(
                str(one.get("name")) for one in _listed(said.what.get("parents")) if isinstance(one, dict)
            )
            return f"{_counted(said)} out of {parents}: {what.get('how')}"
        case _:
            return f"{_counted(said)}{' from ' + what['source'] if what.get('source') else ''}"


def _state(record: Custody) -> str:
    held = next(one.statement for one in reversed(record.links) if one.statement.signer == record.holder)
    awaited = f"; handed over to {record.awaited[:16]}, who has not signed yet" if record.awaited else ""
    count = len(record.links)
    return _shown(f"{count} statement{'' if count == 1 else 's'}; held by {_who(held)}{awaited}")


def _who(said: CustodyStatement) -> str:
    return f"{said.by} ({said.signer[:16]})"


def _counted(said: CustodyStatement) -> str:
    files, size = (said.what.get(name) for name in ("files", "bytes"))
    return _sized(files if isinstance(files, int) else 0, size if isinstance(size, int) else 0)


def _sized(files: int, size: int) -> str:
    amount, unit = float(size), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    number = f"{amount:.1f}" if unit else f"{size}"
    return f"{files:,} file{'' if files == 1 else 's'}, {number} {_UNITS[unit]}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _shown(text: str) -> str:
    """What others wrote, such that it commands no terminal."""
    return excerpt(text, _LONGEST)


def _show_leaves(leaves: tuple[int, ...]) -> None:
    if leaves:
        click.echo(f"in the transparency log as {', '.join(f'leaf {one}' for one in leaves)}")


def _plain_record(record: Custody) -> dict[str, Any]:
    return {
        "statements": [_plain(one) for one in record.links],
        "holder": record.holder,
        "awaited": record.awaited or None,
    }


def _plain(link: Link) -> dict[str, Any]:
    plain = asdict(link.statement)
    at = link.statement.at.isoformat().replace("+00:00", "Z")
    return plain | {"kind": link.statement.kind.value, "at": at, "sha256": link.sha256, "is_late": link.is_late}


def _json(plain: dict[str, Any]) -> str:
    return json.dumps(plain, indent=2, ensure_ascii=False)
