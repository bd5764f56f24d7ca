"""The command line: parses, calls one verb of the service, shows what comes back. Holds no rule."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Final

import click

from stillwatch.core.errors import InternalError, StillwatchError
from stillwatch.core.version import VERSION
from stillwatch.faces.cli.exits import COULD_NOT_START

_SECTIONS: Final = {
    "Find": {
        "scan": "Find campaigns in logs",
        "explain": "What a campaign rests on, and what would change the verdict",
        "watch": "Follow growing logs, and publish who stands where",
        "feed": "Receive what gateways log, for a watch to follow",
        "corpus": "Public prompt sets that a scan looks for",
        "formats": "Log formats: list them, or ask what a file is",
        "store": "What a store holds; erase an account or what is old",
        "sample": "Compose a small synthetic log to try stillwatch on",
        "range": "Compose labelled logs, and judge any detector on them",
    },
    "Guard": {
        "serve": "Answer gateways that ask about requests: the guard in live traffic",
        "policy": "Check a guard's policy, or try it on a log",
        "standings": "Who stands where in the table that guards decide by",
        "appeals": "Denials that customers object to",
    },
    "Share": {
        "share": "Tell others of a campaign, after a look at what leaves",
        "receive": "Take in what peers tell, for guards and hunts",
        "intel": "What peers have told, and what people here make of it",
        "retro-hunt": "Look in past logs for what peers have told",
        "taxii": "Serve shared objects by TAXII 2.1, and read other servers",
        "hub": "Where several members tell each other what they know",
        "match": "Learn what two members share, and nothing else of either",
        "bundle": "Carry intelligence over an air gap in signed files",
        "keys": "The key that one signs with, and the keys of others that count",
    },
    "Screen": {
        "screen": "Look accounts up on screening lists",
        "reviews": "Candidates of screens, and what people decide about them",
        "lists": "Official and private screening lists: add them, see their age and what changed",
    },
    "Seal": {
        "dossier": "A campaign as evidence that an outsider can check",
        "log": "The transparency log of what was done, and proofs out of it",
        "verify": "Check a sealed package that somebody hands over",
        "witness": "Sign the checkpoints of other people's logs",
        "egress": "Bytes that leave hosts with weights, against a declared budget",
        "inventory": "The accelerators of this machine, for records of custody",
        "custody": "Seal model weights and data, check them, and keep the record of who held them",
    },
    "Attribute": {
        "attribute": "Whether a suspect model depends on our keys",
        "marks": "Keys that answers are marked with, committed to beforehand",
        "licence": "Leave to distil, signed, and what was used of it",
    },
}
"""What is promised → name → first line of help. A command's own file is loaded when it is asked for, so that help is
quick.
"""
_COMMANDS: Final = tuple(name for section in _SECTIONS.values() for name in section)


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        name = f"{cmd_name.replace('-', '_')}_command"
        command: click.Command = getattr(import_module(f"stillwatch.faces.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        for title, commands in _SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="stillwatch")
def cli() -> None:
    """Find and stop industrial-scale distillation of language models, in the logs you already have."""


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; exits 0 nothing found, 1 found, 2 could not start, 3 ran but incomplete."""
    try:
        code = cli.main(args=arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(COULD_NOT_START)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped; what was read so far is kept, and the same command goes on from there", err=True)
        sys.exit(130)
    except InternalError as error:
        click.echo(f"stillwatch failed: {error}", err=True)
        sys.exit(COULD_NOT_START)
    except StillwatchError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(COULD_NOT_START)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code or 0)
