"""`stillwatch marks codebook` and `pick`: serve answers as secret coins say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stillwatch.core.errors import InputError
from stillwatch.faces.cli.attribution_options import LOG, RING
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_options import open_log

if TYPE_CHECKING:
    from stillwatch.service.attribution.commit_keys import CommittedKey
    from stillwatch.service.attribution.serve_coins import CodebookServer

_EXTRA: Final = "attribution"
_SERVICE: Final = "stillwatch.service.attribution"
open_ring = later(f"{_SERVICE}.mark_keys", "MarkKeys.open", extra=_EXTRA)
committed_key = later(f"{_SERVICE}.commit_keys", "committed_key", extra=_EXTRA)
read_label = later("stillwatch.attribution.key_ring", "read_label", extra=_EXTRA)
read_codebook = later(f"{_SERVICE}.coin_material", "read_codebook", extra=_EXTRA)
read_pairs = later(f"{_SERVICE}.coin_material", "read_pairs", extra=_EXTRA)
codebook_server = later(f"{_SERVICE}.serve_coins", "CodebookServer", extra=_EXTRA)
picked_answers = later(f"{_SERVICE}.serve_coins", "picked_answers", extra=_EXTRA)

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_KEY: Final = click.option("--key", required=True, help="Its label, as codebook/all/2026-11-16; committed to.")


@click.command(name="codebook", short_help="Rewrite answers as the coins of a codebook say")
@click.argument("answers", type=click.File("r", encoding="utf-8"))
@click.argument("out", type=click.File("w", encoding="utf-8"))
@RING
@LOG
@_KEY
@click.option("--cohort", default="", help="Serve this cohort's codeword, in place of the coins that all share.")
@click.option("--codebook", "book", type=_FILE, help="A table of choices instead of the package's own.")
@click.option("--field", default="text", show_default=True, help="Where the answer stands: choices.0.message.content …")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON, on standard error.")
def codebook_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    answers: Any,
    out: Any,
    folder: Path,
    log_folder: Path,
    key: str,
    cohort: str,
    book: Path | None,
    field: str,
    as_json: bool,
) -> int:
    """Read ANSWERS, a JSON line each, and write them to OUT with each choice of wording as the key's coin says.

    `-` stands for standard input and output, so that it can run behind a model. The same answer always gives the same
    text; code, and all that is no choice of the codebook, stays as it is. Tell those whom you serve so.
    """
    found: CommittedKey = committed_key(open_ring(folder), read_label(key), open_log(log_folder))
    server: CodebookServer = codebook_server(read_codebook(book), found.secret, cohort=cohort)
    for number, line in enumerate(answers, 1):
        if line.strip():
            where = f"{getattr(answers, 'name', '-')}:{number}"
            out.write(json.dumps(server.record(_record(line, where), field, where), ensure_ascii=False) + "\n")
            out.flush()
    counts = server.counts
    if as_json:
        click.echo(json.dumps(counts._asdict() | {"key_id": found.id, "leaf": found.leaf}), err=True)
    else:
        told = f"{counts.answers:,} answers, {counts.words:,} words"
        told += f": {counts.rewritten:,} of {counts.places:,} choices rewritten"
        click.echo(f"{told}; key {found.id}, committed to in leaf {found.leaf}", err=True)
    return NOTHING_FOUND


@click.command(name="pick", short_help="Pick the answer to serve of each pair")
@click.argument("pairs", type=_FILE)
@click.argument("out", type=click.File("w", encoding="utf-8"))
@RING
@LOG
@_KEY
def pick_command(pairs: Path, out: Any, folder: Path, log_folder: Path, key: str) -> int:
    """Write to OUT which answer of each of PAIRS is served, as the key's coin says: JSON lines with `text`.

    PAIRS holds JSON lines with `name`, `prompt`, `first` and `second`: two good answers of one model.
    """
    found: CommittedKey = committed_key(open_ring(folder), read_label(key), open_log(log_folder))
    for line in picked_answers(read_pairs(pairs), found.secret):
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return NOTHING_FOUND


def _record(line: str, where: str) -> dict[str, Any]:
    try:
        read = json.loads(line)
    except ValueError as error:
        raise InputError(f"no JSON: {error}", where=where, mend='write {"text": "..."}') from error
    if not isinstance(read, dict):
        raise InputError("no record", where=where, mend='write {"text": "..."}')
    return read
