"""`stillwatch witness`: sign the checkpoints of other people's logs, so that none can tell two stories."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.keys_command import passphrase
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_options import KEY

if TYPE_CHECKING:
    from stillwatch.service.evidence.witness import Witness
    from stillwatch.service.evidence.witness_keys import WitnessSigner

_EXTRA = "evidence"
make_witness = later("stillwatch.service.evidence.witness_settings", "make_witness", extra=_EXTRA)
open_witness = later("stillwatch.service.evidence.witness_settings", "open_witness", extra=_EXTRA)
witness_app = later("stillwatch.faces.witness.app", "witness_app", extra=_EXTRA)
run_server = later("uvicorn", "run", extra=_EXTRA)

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.group(name="witness")
def witness_command() -> None:
    """Sign the checkpoints of other people's logs, so that none of them can tell two stories.

    Run it on another machine than the log's, best by another person. Keys under a passphrase are unlocked by what
    STILLWATCH_PASSPHRASE holds.
    """


@witness_command.command(name="init", short_help="Begin a witness")
@_FOLDER
@click.option("--name", required=True, help="Such as lab.example/witness-1.")
@KEY
def _init(folder: Path, name: str, key: str) -> int:
    """Begin a witness in FOLDER; name the logs that it watches in FOLDER/witness.toml."""
    signer: WitnessSigner = make_witness(folder, name, passphrase=passphrase(), first=key)
    click.echo(f"{folder / 'witness.toml'}: name there the logs that it watches; its public keys are")
    for one in signer.verifiers:
        click.echo(str(one))
    return NOTHING_FOUND


@witness_command.command(name="serve", short_help="Answer logs")
@_FOLDER
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65_535), default=8475, show_default=True)
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False), help="Certificate chain, PEM.")
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False), help="Its private key, PEM.")
def _serve(folder: Path, host: str, port: int, tls_cert: str | None, tls_key: str | None) -> int:
    """Answer at http://HOST:PORT/add-checkpoint (C2SP tlog-witness) until it is ended."""
    if (tls_cert is None) != (tls_key is None):
        raise SettingsError("a certificate and its key belong together", mend="give --tls-cert and --tls-key")
    witness: Witness = open_witness(folder, clock=time.time, passphrase=passphrase())
    click.echo(f"listening on {host}:{port}", err=True)
    run_server(
        witness_app(witness.add_checkpoint),
        host=host,
        port=port,
        log_level="warning",
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
    )
    return NOTHING_FOUND


@witness_command.command(name="suspicions", short_help="Show which logs told two stories")
@_FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def _suspicions(folder: Path, as_json: bool) -> int:
    """Show checkpoints that a log has signed and that cannot both be true. Exits 1 where there are any."""
    found = open_witness(folder, clock=time.time, passphrase=passphrase()).suspicions()
    if as_json:
        click.echo(json.dumps({"suspicions": [one._asdict() for one in found]}, indent=2, ensure_ascii=False))
    for one in () if as_json else found:
        click.echo(f"{one.origin} has signed both of these:\n\n{one.signed}\n{one.shown}")
    return FOUND if found else NOTHING_FOUND
