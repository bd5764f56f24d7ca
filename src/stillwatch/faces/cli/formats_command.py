"""`stillwatch formats`: which log formats there are, and what a file is."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from stillwatch.core.format_info import MOST_FILES
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.core.format_info import Explanation

explain_format = later("stillwatch.service.explain_format", "explain_format")
list_formats = later("stillwatch.service.list_formats", "list_formats")

_IDENTITIES = ("account_id", "user_id", "api_key_id", "team_id", "org_id", "end_user_id")
_NO_IDENTITY = "no identity in these records: see the account hint in `stillwatch formats list`"
_WHAT_IT_LACKS = {
    "content": "no prompt text: templates, workloads and roles cannot be seen",
    "timing": "no time",
    "succession": "no conversations or status codes: hand-overs cannot be seen",
    "infrastructure": "no address and no client",
    "parameters": "no request parameters",
}


@click.group(name="formats")
def formats_command() -> None:
    """Log formats: list them, or ask what a file is."""


@formats_command.command(name="list", short_help="List the formats that are recognised")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def _list(as_json: bool) -> int:
    """List the formats that are recognised: name, title, and how to get an account where the format has none."""
    found = list_formats()
    if as_json:
        click.echo(json.dumps({"formats": [asdict(one) for one in found]}, indent=2))
        return NOTHING_FOUND
    width = max(len(one.name) for one in found)
    for one in found:
        click.echo(f"{one.name:<{width}}  {one.title}")
        if one.account_hint:
            click.echo(f"{'':<{width}}  account: {one.account_hint}")
    return NOTHING_FOUND


@formats_command.command(name="explain", short_help="Say what a log is and what it can show")
@click.argument("log")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def _explain(log: str, as_json: bool) -> int:
    """Say what LOG (a file, a folder or a pattern) is, and what it can and cannot show, by its first records.

    For a file of no known format, proposes a mapping file for `stillwatch scan --mapping`.
    """
    found = explain_format(log)
    if as_json:
        click.echo(json.dumps({"files": [asdict(one) for one in found]}, indent=2, ensure_ascii=False))
        return NOTHING_FOUND
    click.echo("\n\n".join("\n".join(_lines(one)) for one in found))
    if len(found) == MOST_FILES:
        click.echo(f"\nlooked at the first {MOST_FILES} files only")
    return NOTHING_FOUND


def _lines(one: Explanation) -> Iterator[str]:
    yield one.path
    if one.container:
        yield f"  is             {one.container}, {one.size_bytes:,} bytes; {one.records:,} records looked at"
    if one.formats:
        yield f"  format         {' + '.join(one.formats)}" + (
            f"; {one.unmatched:,} records are of no known format" if one.unmatched else ""
        )
        yield from _what_it_fills(one)
    for reason, count in one.rejects.items():
        yield f"  rejected       {count:,}: {reason}"
    if one.problem:
        yield f"  problem        {one.problem}"
    if one.mapping:
        yield ""
        yield one.mapping.rstrip()


def _what_it_fills(one: Explanation) -> Iterator[str]:
    named = [name for name in _IDENTITIES if name in one.columns]
    yield f"  account        {_listed(one, named) or _NO_IDENTITY}"
    for family, lack in _WHAT_IT_LACKS.items():
        yield f"  {family:<14} {_listed(one, one.evidence.get(family, ())) or lack}"
    told = {*named, *(name for names in one.evidence.values() for name in names)}
    yield f"  also           {_listed(one, [name for name in one.columns if name not in told])}"
    if one.is_pieces:
        yield "  note           exchanges come together from several records, so no single record fills everything"


def _listed(one: Explanation, names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"{name}{_share(one.columns[name])}" for name in names)


def _share(share: float) -> str:
    """Nothing where all records fill it; else how many do, without a rounding that says all or none."""
    if share == 1:
        return ""
    if share < 0.01:
        return " (few)"
    return f" ({min(share, 0.99):.0%})"
