r"""A policy out of its TOML file; each error names the line and the mend.

>>> policy = read_policy(
...     '''
... version = "2026-11-22.1"
... mode = "enforce"
... [[rule]]
... name = "operators"
... roles = ["operator"]
... least_confidence = 0.95
... respond = "throttle"
... requests_per_minute = 6
... per = "campaign"
... ''',
...     "policy.toml",
... )
>>> policy.rules[0].budget.interval_s
10.0

Nothing is guessed: an unknown field, a response without what it needs, or one that could deny on infrastructure alone
is refused. What a customer cannot see needs `unsafe_covert` with two persons, an end and the evaluators it spares.
"""

from __future__ import annotations

import hashlib

from stillwatch.core.errors import SettingsError
from stillwatch.core.policy import Mode, OnFailure, Policy
from stillwatch.core.toml_text import TomlText
from stillwatch.guard.policy_fields import TOP
from stillwatch.guard.read_rule import read_rule
from stillwatch.guard.rule_table import RuleTable, member, refuse_unknown, text_of


def read_policy(text: str, name: str) -> Policy:
    """Read a policy; `name` is what errors call the file.

    Raises:
        InputError: It is no TOML.
        SettingsError: It is no policy; names the line.
    """
    read = TomlText.of(text, name)
    document = read.document
    refuse_unknown(document, (one.name for one in TOP), read.at_key)
    version = text_of(document, "version", read.at_key)
    if not version:
        raise SettingsError("a policy needs a version", where=name, mend='add version = "2026-01-31.1" at its top')
    mode = member(Mode, document.get("mode", "shadow"), read.at_key("mode"))
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise SettingsError("rules are tables", where=_at_rules(read), mend="write each as [[rule]]")
    rules = tuple(read_rule(RuleTable(read, number, table), mode) for number, table in enumerate(tables))
    _refuse_twice([rule.name for rule in rules], read)
    return Policy(
        version=version,
        mode=mode,
        on_failure=member(OnFailure, document.get("on_failure", "allow"), read.at_key("on_failure")),
        rules=rules,
        contact=text_of(document, "contact", read.at_key),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _at_rules(read: TomlText) -> str:
    """Where `rule` stands, however it is written."""
    found = read.at_key("rule")
    headers = (number for number, line in enumerate(read.lines, 1) if line.split("#")[0].strip() == "[rule]")
    return next((f"{read.name}:{number}" for number in headers), found)


def _refuse_twice(names: list[str], read: TomlText) -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            where = read.at_table("rule", number)
            raise SettingsError(f"a second rule {name!r}", where=where, mend="give each rule a name of its own")
