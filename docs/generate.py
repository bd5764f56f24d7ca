"""Write docs/reference from the code: `make docs`. A test holds the committed pages to it.

Nothing on those pages is written by hand: help comes from the commands, the rest from docstrings
and tables of the code.
"""

from __future__ import annotations

import importlib
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stillwatch.attribution.scheme_shelf import scheme_families
from stillwatch.core import key_standing, policy
from stillwatch.core.exchange import EXCHANGE_FIELDS
from stillwatch.detection.shelves import links, precursors, signals
from stillwatch.detection.twins import TWINS
from stillwatch.evaluation.board_figures import read_board
from stillwatch.evaluation.measured import FILE as MEASURED
from stillwatch.evaluation.measured import measured_of
from stillwatch.faces.cli.main import cli
from stillwatch.guard import policy_fields
from stillwatch.intel.stix_markings import PAP_IDS, TLP_IDS
from stillwatch.intel.vocabulary import misp_templates
from stillwatch.intel.vocabulary.extension import EXTENSION_ID
from stillwatch.intel.vocabulary.extension import VERSION as EXTENSION_VERSION
from stillwatch.intel.vocabulary.techniques import TECHNIQUES
from stillwatch.intel.vocabulary.topics import TOPICS
from stillwatch.logs.account_columns import ACCOUNT_COLUMNS, ID_SPELLINGS, KEY_SPELLINGS
from stillwatch.logs.flow_shelf import flow_formats
from stillwatch.logs.shelf import formats
from stillwatch.screening.list_shelf import list_formats

if TYPE_CHECKING:
    import enum
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from stillwatch.logs.flow_format import Field

REFERENCE: Final = Path(__file__).parent / "reference"
BOARD: Final = Path(__file__).parents[1] / "evaluation" / "board"
SOURCE: Final = Path(__file__).parents[1] / "src" / "stillwatch"
MISP: Final = Path(__file__).parents[1] / "examples" / "misp"
_LABEL: Final = re.compile(r"^([A-Z][A-Za-z ]{1,24}):\s+(?=\S)")
_THRESHOLD: Final = re.compile(r"^_?[A-Z][A-Z0-9_]+$")
_WORD_BITS: Final = 64
_HOUR_NS: Final = 3600 * 10**9
_HELP_WIDTH: Final = 100
_GENERATED: Final = "<!-- Written by docs/generate.py from the code. Do not edit: run `make docs`. -->"


def main() -> None:
    REFERENCE.mkdir(exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    board = json.dumps(measured_of(read_board(BOARD)), indent=1, ensure_ascii=False)
    (SOURCE / "evaluation" / MEASURED).write_text(f"{board}\n", encoding="utf-8")
    for name, document in misp_templates.published().items():
        (MISP / name).parent.mkdir(parents=True, exist_ok=True)
        (MISP / name).write_text(f"{json.dumps(document, indent=2, ensure_ascii=False)}\n", encoding="utf-8")


def pages() -> dict[str, str]:
    """File name → text of every page of the reference."""
    made: dict[str, Callable[[], Iterator[str]]] = {
        "cli.md": _cli,
        "formats.md": _formats,
        "flow-formats.md": _flow_formats,
        "links.md": _links,
        "signals.md": _signals,
        "precursors.md": _precursors,
        "twins.md": _twins,
        "campaigns-json.md": _campaigns_json,
        "exchange-fields.md": _exchange_fields,
        "accounts-columns.md": _accounts_columns,
        "guard-policy.md": _guard_policy,
        "screening-lists.md": _screening_lists,
        "text-marks.md": _text_marks,
        "stix-vocabulary.md": _stix_vocabulary,
        "misp-vocabulary.md": _misp_vocabulary,
    }
    return {name: "\n".join((_GENERATED, *write())).rstrip() + "\n" for name, write in made.items()}


def _cli() -> Iterator[str]:
    yield "# Commands\n\nExit codes: 0 nothing found, 1 found, 2 could not start, 3 ran, but incomplete.\n"
    for path, command, context in _commands(cli, _context(cli, "stillwatch", None)):
        yield f"## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"


_ABOUT_LISTS: Final = """# Screening lists

Formats that `stillwatch lists add` reads. No list comes with this program, and none is fetched by itself: get it where
its publisher has it, and add the file. [How to screen accounts](../how-to/screen-accounts.md).
"""


def _screening_lists() -> Iterator[str]:
    yield _ABOUT_LISTS
    for declared in list_formats():
        yield f"## {declared.name}: {declared.title}\n"
        yield _manual_page(f"stillwatch.screening.readers.{declared.name}") + "\n"
        yield f"Warned of when older than {declared.stale_after_days} days. Licence: {declared.licence}.\n"
        yield "".join(f"- <{url}>\n" for url in declared.published)
    yield "## Fields of a list of your own\n\n" + _manual_page("stillwatch.screening.private_record")


_ABOUT_MARKS: Final = """# Text marks

What text can be tested for, scheme by scheme. A scheme knows token ids alone: text is tokenised with the tokenizer of
the model that was marked. Draws were compared bit by bit with those of the engine's own code in the version that is
named. *Width* is how many tokens before the scored one count in truth, which engines state otherwise for some.
[How a text is tested](../explanation/how-marks-are-tested.md).
"""


def _text_marks() -> Iterator[str]:
    yield _ABOUT_MARKS
    built = [(family, family.build(family.defaults)) for family in scheme_families()]
    rows = (
        (f"[`{one.name}`](#{one.name})", one.title, ", ".join(one.engines) or "ours alone", scheme.context_width)
        for one, scheme in built
    )
    yield _table(("Name", "What", "Engines", "Width by default"), rows)
    for family, scheme in built:
        yield f"\n## {family.name}\n\n{_manual_page(f'stillwatch.attribution.schemes.{family.name}')}\n"
        defaults = ", ".join(f"`{name}` {value}" for name, value in family.defaults.items())
        key = f"{scheme.key_size_bytes} bytes" + (
            f", {scheme.key_bits} bits of each 64" if scheme.key_bits < _WORD_BITS else ""
        )
        yield _facts({"Parameters": defaults, "Key": key, "Compared with": scheme.version, "Kind": scheme.kind.value})


_ABOUT_POLICY: Final = """# The guard's policy

A TOML file: what the guard does about whom. Rules are asked in the order of the file. One that matches adds what it
obliges to; `throttle` beyond its budget, `challenge` and `block` answer, and nothing after them is asked; `allow` ends
the walk. Mistakes are answered with their line and a mend, and a running guard keeps its policy when the new file is
wrong. [How to write one](../how-to/guard-policy.md).
"""
_NO_POLICY_CAN: Final = """## What no policy can do

- A standing that rests on experimental signals never denies, and uses up nobody else's budget.
- No single address, client, template or end user that a caller names blocks or challenges anyone: two different ones
  must point at the same campaign, or something that says who it is.
- Whoever is exempt, after an appeal or by the authorised-use ledger, is asked about no rule.
- In shadow nothing changes.
"""


def _guard_policy() -> Iterator[str]:
    yield _ABOUT_POLICY
    yield _policy_table("The file", policy_fields.TOP)
    yield _policy_table("A rule, `[[rule]]`", policy_fields.RULE)
    yield "## Responses\n\n" + _members(policy.Response) + "\n"
    for respond, table in policy_fields.OF_RESPONSE.items():
        yield _policy_table(f'`respond = "{respond}"`', table, "###")
    yield "## Roles\n\n" + _members(key_standing.Role) + "\n"
    yield "## Wants\n\n" + _members(policy.Wants) + "\n"
    yield _policy_table("Leave to be covert, `[rule.unsafe_covert]`", policy_fields.COVERT)
    yield _NO_POLICY_CAN


def _policy_table(title: str, table: tuple[policy_fields.PolicyField, ...], level: str = "##") -> str:
    rows = [f"| `{one.name}` | {one.kind} | {one.usual or 'needed'} | {one.meaning} |" for one in table]
    head = [f"{level} {title}\n", "| field | value | left out | meaning |", "| --- | --- | --- | --- |"]
    return "\n".join((*head, *rows, ""))


def _members(kind: type[enum.Enum]) -> str:
    """The docstring of an enumeration, which explains its members."""
    return " ".join((kind.__doc__ or "").split())


def _commands(command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Each command with its path, those above before those below."""
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _commands(child, _context(child, name, context))


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    settings = {**command.context_settings, "terminal_width": _HELP_WIDTH, "max_content_width": _HELP_WIDTH}
    return click.Context(command, info_name=name, parent=parent, **settings)


def _formats() -> Iterator[str]:
    yield (
        "# Log formats\n\nA format is recognised by its markers, whatever the file is called; plain, gzip and zstd are "
        "read alike. `--format NAME` forces one. Any other JSON Lines, CSV or Parquet is read through a "
        "[mapping file](../how-to/map-another-format.md).\n"
    )
    yield _table(("Name", "Title"), ((f"[`{one.name}`](#{one.name})", one.title) for one in formats()))
    for one in formats():
        yield f"\n## {one.name}\n"
        yield _manual_page(f"stillwatch.logs.formats.{one.name}")
        if one.account_hint:
            yield f"\n**How to get an account.** {one.account_hint}"


_ABOUT_FLOWS: Final = """# Flow-log formats

Logs that `stillwatch egress` reads, each recognised by its markers, whatever the file is called. The tables say where a
value stands in a record: keys down to it, with / between, the first place with a value first. A value that a record
lacks is left empty. [How to watch what leaves](../how-to/watch-egress.md).
"""


def _flow_formats() -> Iterator[str]:
    yield _ABOUT_FLOWS
    yield _table(("Name", "Title"), ((f"[`{one.name}`](#{one.name})", one.title) for one in flow_formats()))
    for one in flow_formats():
        yield f"\n## {one.name}\n\n{_manual_page(f'stillwatch.logs.flow_formats.{one.name}')}\n"
        if one.note:
            yield f"**In reports.** {one.note}.\n"
        rows = (
            (f"`{column}`", ", ".join(f"`{place.path}`" for place in places), " or ".join(_kinds(places)))
            for column, places in one.fields.items()
        )
        yield _table(("What", "Stands in", "As"), rows)


def _kinds(places: Sequence[Field]) -> Iterator[str]:
    return iter(dict.fromkeys(place.kind.value for place in places))


def _links() -> Iterator[str]:
    yield (
        "# Links\n\nA link is a kind of tie between accounts, tested against a null model. Links on the axis *program* "
        "say that accounts run the same software or text, as the users of a tool do; links on the axis *hand* say that "
        "one operator moves them. A campaign needs the second. An *experimental* link has no scored row on the board "
        "yet.\n"
    )
    rows = ((f"[`{one.name}`](#{one.name})", one.family, one.axis, one.status) for one in links())
    yield _table(("Name", "Family", "Axis", "Status"), rows)
    for one in links():
        module = f"stillwatch.detection.links.{one.name}"
        yield f"\n## {one.name}\n\n{_manual_page(module)}\n"
        facts = {"Family": one.family.value, "Axis": one.axis, "Status": one.status, "Reads": _code(one.reads)}
        facts["Proposes groups"] = "yes" if one.propose else "no, only tests groups that others propose"
        if one.after:
            facts["Asked after"] = f"`{one.after}`"
        yield _facts(facts | _thresholds(module))
        yield from _cases(one)


def _signals() -> Iterator[str]:
    yield (
        "# Signals\n\nA signal is a detector of one behaviour in the pooled traffic of a group: what the group is for. "
        "Its weight says how far it speaks for a harvest; by itself it never makes a campaign.\n"
    )
    yield _table(("Name", "Status"), ((f"[`{one.name}`](#{one.name})", one.status) for one in signals()))
    for one in signals():
        module = f"stillwatch.detection.signals.{one.name}"
        yield f"\n## {one.name}\n\n{_manual_page(module)}\n"
        yield _facts({"Status": one.status, "Reads": _code(one.reads)} | _thresholds(module))
        yield from _cases(one)


def _precursors() -> Iterator[str]:
    yield (
        "# Precursors\n\nA precursor is a behaviour that often comes before a campaign. What it sees is an early "
        "warning: it accuses nobody and gives no account a standing, and it names the honest twin that looks the "
        "same.\n"
    )
    rows = ((f"[`{one.name}`](#{one.name})", one.twin, one.status) for one in precursors())
    yield _table(("Name", "Looks the same", "Status"), rows)
    for one in precursors():
        module = f"stillwatch.detection.precursors.{one.name}"
        yield f"\n## {one.name}\n\n{_manual_page(module)}\n\n**What tells the twin apart:** {one.instead}\n"
        yield _facts({"Status": one.status, "Reads": _code(one.reads)} | _thresholds(module))
        yield from _cases(one)


def _cases(declared: Any) -> Iterator[str]:
    """Small worlds in which the link or signal speaks, and near misses in which it does not."""
    for case in getattr(declared, "cases", ()):
        yield f"- {'fires' if case.fires else 'stays quiet'}: {case.name}"


def _twins() -> Iterator[str]:
    yield (
        "# Honest twins\n\nGroups that look like a campaign and are none. Every group under test is held against each, "
        "in this order; the first that fits sets the group aside, and one that does not is named in the result with "
        "the number that rules it out.\n"
    )
    for twin in TWINS:
        yield f"## {twin.name}\n\n{_plain_doc(twin.asks.__doc__)}\n"


def _campaigns_json() -> Iterator[str]:
    schema = json.loads(files("stillwatch.service").joinpath("campaigns-1.schema.json").read_text("utf-8"))
    yield f"# campaigns.json\n\n{schema['description']}\n"
    yield (
        "The JSON Schema is `stillwatch/service/campaigns-1.schema.json` in the package. Keys that are not listed here "
        "never appear.\n"
    )
    yield _object("The document", schema)
    for name, defined in schema["$defs"].items():
        yield "\n" + _object(name, defined)


_ABOUT_VOCABULARY: Final = """# Vocabulary for distillation campaigns in STIX 2.1

An extension of STIX 2.1 by which labs, clouds, resellers and government tell one another of a campaign that distils a
language model without leave. The definition travels in every bundle; the JSON Schema is
`stillwatch/intel/vocabulary/distillation-1.schema.json` in the package. Nothing essential is in the extension alone: a
reader who does not know it finds the same in standard properties, labels, notes, patterns and markings, and
`stillwatch` itself reads a campaign back whole from these. Examples:
[a campaign](../../examples/sharing/campaign.json), [what a reader says back](../../examples/sharing/feedback.json),
[the definition](../../examples/sharing/extension-definition.json). How to send one:
[Share a campaign](../how-to/share-a-campaign.md).
"""
_STANDARD_OBJECTS: Final = (
    ("the campaign", "`campaign`, with the extension; essentials repeated in `description` and labels"),
    ("its volume", "`sighting` of the campaign by the producer: count, first and last seen"),
    ("its statements", "one `note` each: topic as `abstract`, `confidence`, label `certainty`"),
    ("techniques", "`attack-pattern` with `external_id`; campaign `uses` it"),
    ("provider of the accounts", "`infrastructure` (anonymization), `located-at` a `location`; campaign `uses` it"),
    ("an account in clear", "`user-account`, `account_type` llm-api"),
    ("an address, network or domain in clear", "`ipv4-addr`, `ipv6-addr`, `autonomous-system`, `domain-name`"),
    ("all of these together", "one `observed-data`, of which an `infrastructure` `consists-of`; campaign `uses` it"),
    ("what can be matched", "`indicator` with a STIX pattern, always with `valid_until`; `indicates` the campaign"),
    ("what only holders of a key can match", "the same; its pattern is of `x-stillwatch-key`"),
    ("whom it may be told, and what may be done", "`marking-definition`: TLP 2.0, PAP, IEP 2.0"),
    ("somebody else saw it", "`sighting` by the reader"),
    ("somebody else's view", "`opinion`: agree = confirms, neutral = investigates, disagree = denies"),
    ("it is taken back", "`revoked` on every object of it"),
)


_ABOUT_MISP: Final = """# Campaigns in MISP

`stillwatch share --format misp` writes a campaign as an event, `--format misp-feed` into a folder that an instance
reads as a feed; `stillwatch receive` takes both. The event's UUID is that of the STIX campaign, an attribute's or
object's that of the indicator, the organisation's that of the producer's identity: STIX and MISP tell of one thing.

| What | Where |
| --- | --- |
| address, block, network number, domain, user agent in clear | attributes `ip-src`, `AS`, `domain`, `user-agent` |
| account in clear | object `user-account`, MISP's own |
| token, template key, whatever MISP has no type for | object `llm-distillation-indicator` |
| from when until when an indicator holds | `first_seen`, `last_seen` of its attribute |
| markings | tags of `tlp`, `PAP`, `iep2-policy`; `distribution` no wider than the TLP lets it |
| nobody looked before it was sent | tag `misp:automation-level="unsupervised"` |
| techniques | galaxies `mitre-atlas-attack-pattern` and `llm-distillation-technique`; ids in the campaign's object |
| how sure, how known, whether it still holds | tags of the taxonomy `llm-distillation` |

Others' events are read too: what is marked `to_ids` becomes indicators; a sighting is one, a false positive an opinion
that denies; a deleted attribute is taken back; of several markings the strictest holds for all of the event.

The definitions are in [examples/misp](../../examples/misp), laid out as MISP's repositories are: copy the folders into
those of an instance (`app/files/misp-objects`, `taxonomies`, `misp-galaxy`) and update them there.
"""


def _misp_vocabulary() -> Iterator[str]:
    yield _ABOUT_MISP
    for template in misp_templates.TEMPLATES:
        yield f"## Object `{template.name}`\n\n{template.about}\n\n| Relation | Type | Meaning |\n| --- | --- | --- |"
        for relation, kind in template.types.items():
            several = " (several)" if relation in template.several else ""
            yield f"| `{relation}`{several} | `{kind}` | {template.words[relation]} |"
        yield ""
    yield f"## Taxonomy `{misp_templates.NAMESPACE}`\n\n| Predicate | Meaning | Values |\n| --- | --- | --- |"
    known = misp_templates.taxonomy()
    values = {one["predicate"]: [entry["value"] for entry in one["entry"]] for one in known["values"]}
    for one in known["predicates"]:
        said = values[one["value"]]
        words = ", ".join(f"`{value}`" for value in said) if len(said) < 10 else f"`{said[0]}` … `{said[-1]}`"
        yield f"| `{one['value']}` | {one['expanded']} | {words} |"
    yield f"\n## Galaxy `{misp_templates.GALAXY}`\n\n| Technique | Id | Meaning |\n| --- | --- | --- |"
    for one in misp_templates.cluster()["values"]:
        yield f"| {one['value']} | `{one['meta']['external_id']}` | {one['description']} |"


def _stix_vocabulary() -> Iterator[str]:
    schema = json.loads(files("stillwatch.intel.vocabulary").joinpath("distillation-1.schema.json").read_text("utf-8"))
    yield _ABOUT_VOCABULARY
    yield f"Id `{EXTENSION_ID}`, schema `{schema['$id']}`, version {EXTENSION_VERSION}, a `property-extension`.\n"
    yield "## Which standard object says what\n\n" + _table(("What", "Object"), _STANDARD_OBJECTS)
    for name, defined in schema["$defs"].items():
        is_object = "properties" in defined
        yield "\n" + (_object(name, defined) if is_object else f"## {name}\n\n{defined['description']}.\n")
    yield "\n## Topics of statements\n\n" + _table(("Kind", "What it is about"), _coded(TOPICS))
    yield "\n## Techniques\n\n`AML.` is MITRE ATLAS, bound by `external_id`; `SW.` are our own, where ATLAS has none.\n"
    yield _table(("Id", "Name", "About"), ((f"`{one.id}`", one.name, one.about) for one in TECHNIQUES.values()))
    marks = {f"TLP:{tlp.upper()}": ref for tlp, ref in TLP_IDS.items()}
    marks |= {f"PAP:{pap.upper()}": ref for pap, ref in PAP_IDS.items()}
    yield "\n## Markings\n\n" + _table(("Marking", "Id"), ((name, f"`{ref}`") for name, ref in marks.items()))


def _coded(table: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((f"`{name}`", text) for name, text in table.items())


def _object(name: str, defined: dict[str, Any]) -> str:
    rows = ((f"`{key}`", _kind(one), one.get("description", "")) for key, one in defined["properties"].items())
    return f"## {name}\n\n{defined['description']}.\n\n{_table(('Key', 'Kind', 'Meaning'), rows)}"


def _kind(one: dict[str, Any]) -> str:
    if "$ref" in one:
        name = one["$ref"].rpartition("/")[2]
        return f"[{name}](#{name})"
    if "const" in one:
        return f"`{json.dumps(one['const'])}`"
    if "enum" in one:
        return ", ".join(f"`{value}`" for value in one["enum"])
    if one["type"] == "array":
        return f"list of {_kind(one['items'])}"
    if one["type"] == "object":
        return "object: " + ", ".join(f"`{key}`" for key in one["properties"])
    bounds = f" {one['minimum']}..{one['maximum']}" if "maximum" in one else ""
    return "time" if one.get("format") == "date-time" else one["type"] + bounds


def _exchange_fields() -> Iterator[str]:
    yield (
        "# Fields of an exchange\n\nEvery format is read into these columns, and a log may be written in them directly "
        "(format `stillwatch_exchange`). Only `started_at` is needed; each result says what the log could not show. "
        "Times are nanoseconds since 1970 UTC. The text columns are never stored as such: see "
        "[what is stored](../explanation/what-is-stored.md).\n"
    )
    yield _table(("Column", "Kind", "Meaning"), ((f"`{one.name}`", one.kind, one.meaning) for one in EXCHANGE_FIELDS))


def _accounts_columns() -> Iterator[str]:
    yield (
        "# Columns of the accounts file\n\nCSV with a header, JSON Lines or Parquet, one row an account. Every column "
        "may be missing but the account id. Names are compared without case and punctuation, so that `Signup IP`, "
        "`signup_ip` and `signupIp` are one.\n"
    )
    yield f"The account id is the first of these that the file has: {_code(ID_SPELLINGS)}.\n"
    yield f"Further ids under which a log may know the account: {_code(sorted(KEY_SPELLINGS))}.\n"
    rows = ((f"`{one.name}`", one.kind, _code(one.spellings.split())) for one in ACCOUNT_COLUMNS)
    yield _table(("Column", "Kind", "Also read from columns called"), rows)


def _manual_page(module_name: str) -> str:
    return _plain_doc(importlib.import_module(module_name).__doc__)


def _plain_doc(docstring: str | None) -> str:
    """A docstring as Markdown: each line that opens with a label, such as `Why:`, starts a paragraph."""
    out: list[str] = []
    for line in (docstring or "").strip().splitlines():
        label = _LABEL.match(line.strip())
        if label and out and out[-1] != "":
            out.append("")
        out.append(_LABEL.sub(r"**\1:** ", line.strip()) if label else line.strip())
    return "\n".join(out)


def _thresholds(module_name: str) -> dict[str, str]:
    """The numbers that stand at the top of a shelf file."""
    module = importlib.import_module(module_name)
    source = Path(module.__file__ or "").read_text("utf-8")
    named = {name: value for name, value in vars(module).items() if _THRESHOLD.match(name)}
    return {
        _spoken(name): _number(value)
        for name, value in named.items()
        if isinstance(value, (int, float)) and re.search(rf"^{name}\b.*=", source, re.MULTILINE)
    }


def _number(value: float) -> str:
    """A number as a reader says it: spans of time, counted in nanoseconds, in hours."""
    return f"{value / _HOUR_NS:g} h" if value >= _HOUR_NS else f"{value:g}"


def _spoken(name: str) -> str:
    return name.strip("_").lower().replace("_", " ").capitalize()


def _facts(facts: dict[str, str]) -> str:
    return _table(("", ""), facts.items())


def _code(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
