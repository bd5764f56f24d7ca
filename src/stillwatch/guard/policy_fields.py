"""The fields of a policy file: what `guard.read_policy` accepts, and what the reference page lists."""

from __future__ import annotations

from typing import Final, NamedTuple

from stillwatch.core.policy import Response
from stillwatch.core.request_facts import KeyName

KEYS: Final = {name.name.lower(): name for name in KeyName}
"""What a rule's `keys` may name."""
COUNTED_BY: Final = ("campaign", *(name for name in KEYS if name != "template"))
"""What a budget may be `per`."""
SOURCES: Final = ("scan", "intel", "list", "appeal")


class PolicyField(NamedTuple):
    name: str
    kind: str
    """What is written, such as `list of texts`."""
    usual: str
    """What holds where it is left out; empty = it must be there."""
    meaning: str


TOP: Final = (
    PolicyField("version", "text", "", "Name of this policy; every decision carries it."),
    PolicyField(
        "mode", "`shadow` or `enforce`", "`shadow`", "In shadow every rule is, and every request goes on unchanged."
    ),
    PolicyField(
        "on_failure",
        "`allow` or `deny`",
        "`allow`",
        "What becomes of a request that cannot be decided on; each decision says it. In shadow nothing is denied.",
    ),
    PolicyField("contact", "text", "none", "Where a customer asks; named in each denial."),
    PolicyField("rule", "tables", "none", "`[[rule]]`, asked in the order of the file."),
)
RULE: Final = (
    PolicyField("name", "text", "", "Unique; decisions, logs and metrics name the rule by it."),
    PolicyField("respond", "a response", "", "See below."),
    PolicyField("mode", "`shadow` or `enforce`", "the policy's", "A rule in shadow is counted and changes nothing."),
    PolicyField(
        "roles",
        "list of roles",
        "the rule looks at the request alone",
        "The request must have a standing of one of these roles.",
    ),
    PolicyField(
        "keys",
        f"list of {', '.join(f'`{name}`' for name in KEYS)}",
        '`["account", "api_key"]`',
        "By what of the request the standing must be known.",
    ),
    PolicyField(
        "least_keys",
        "whole number",
        "`1`",
        "So many of `keys` must point at the same campaign; address and prefix count as one, and so do all templates.",
    ),
    PolicyField("least_confidence", "0 to 1", "`0`", "Probability that the standing states."),
    PolicyField("sources", f"list of {', '.join(f'`{name}`' for name in SOURCES)}", "any", "Who says so."),
    PolicyField("subjects", "list of texts", "any", "Ids of campaigns."),
    PolicyField("models", "list of globs", "any", "The model that is asked for."),
    PolicyField("paths", "list of globs", "any", "The path that is asked."),
    PolicyField("wants", "list of wants", "any", "The request asks for one of these."),
    PolicyField(
        "foreign_reasoning",
        "list of `account`, `user`, `organisation`, `session`, `model`",
        "any",
        "It hands in signed reasoning that was handed out to another in one of these.",
    ),
    PolicyField("organisations", "list of texts", "any", "Only theirs."),
    PolicyField("accounts", "list of texts", "any", "Only theirs."),
    PolicyField("unless_organisations", "list of texts", "none", "Never theirs."),
    PolicyField("unless_accounts", "list of texts", "none", "Never theirs."),
    PolicyField("unless_licensed", "list of wants", "none", "Nobody whose licence grants any of these features."),
    PolicyField("reason", "text", "one of ours", "What the customer is told in a denial."),
    PolicyField(
        "is_visible",
        "true or false",
        "`false` for `tag` and `route`, else `true`",
        "Whether the customer is told in the header `x-stillwatch-applied`.",
    ),
    PolicyField("unsafe_covert", "table", "none", "`[rule.unsafe_covert]`: leave to change answers unseen."),
)
OF_RESPONSE: Final[dict[Response, tuple[PolicyField, ...]]] = {
    Response.THROTTLE: (
        PolicyField("requests_per_minute", "number", "this or the next", "The rate."),
        PolicyField("tokens_per_minute", "number", "this or the last", "The rate, of tokens in replies."),
        PolicyField("burst", "whole number", "one minute's worth", "So many at once."),
        PolicyField(
            "per",
            f"one of {', '.join(f'`{name}`' for name in COUNTED_BY)}",
            "`account`",
            "Who shares the budget. A request that does not name it is counted by its account, key, user, organisation "
            "or address.",
        ),
    ),
    Response.CHALLENGE: (PolicyField("url", "https address", "", "Where the customer shows who it is."),),
    Response.TRIM: (
        PolicyField("strip_logprobs", "true or false", "`false`", "No log-probabilities."),
        PolicyField(
            "strip_prompt_logprobs", "true or false", "`false`", "No log-probabilities of what the request sends."
        ),
        PolicyField("max_logprobs", "whole number", "`0`, no cap", "The most alternatives at each token."),
        PolicyField(
            "logprob_decimals", "whole number", "`0`, as they are", "Log-probabilities are rounded to so many decimals."
        ),
        PolicyField(
            "strip_sampler",
            "true or false",
            "`false`",
            "Fields by which a client says how tokens are drawn or marked are taken out of the request.",
        ),
        PolicyField("max_choices", "whole number", "`0`, no cap", "The most choices of one request."),
        PolicyField("max_tokens", "whole number", "`0`, no cap", "The most tokens of one reply."),
    ),
    Response.WITHHOLD_REASONING: (
        PolicyField("how", "`strip` or `summarise`", "`strip`", "Leave it out, or put a note in its place."),
        PolicyField(
            "if_exposed",
            "`report` or `stop`",
            "`report`",
            "What becomes of a stream that begins to repeat the withheld reasoning word for word.",
        ),
    ),
    Response.TAG: (PolicyField("tags", "list of texts", "", "Cohorts that are passed on to the engine."),),
    Response.ROUTE: (PolicyField("to", "text", "", "The model that answers instead."),),
}
"""Fields that only one response has."""
COVERT: Final = (
    PolicyField("requested_by", "text", "", "Who asked for it."),
    PolicyField("approved_by", "text", "", "Another person."),
    PolicyField("expires_at", "date and time", "", "The rule ends there."),
    PolicyField("why", "text", "", "For the audit."),
    PolicyField(
        "exempt_organisations",
        "list of texts",
        "",
        "Evaluators. Where any are named, a request of an unknown organisation is spared too.",
    ),
)
