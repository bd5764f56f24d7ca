r"""Propose a mapping file for a log of no known format, by the names of its fields and the shape of their values.

>>> print(propose_mapping([{"ts": 1772355600, "uid": "u1", "question": "Why?"}]).splitlines()[-1])
prompt_text = "question"  # e.g. Why?
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.logs.rejects import excerpt
from stillwatch.logs.times import time_ns
from stillwatch.wire.values import integer, number, parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from stillwatch.logs.format import Record

_DEPTH: Final = 4
_MOST_PATHS: Final = 400
_EXAMPLE_LENGTH: Final = 40
_EARLIEST: Final = 1262304000 * 10**9  # 2010
_LATEST: Final = 4102444800 * 10**9  # 2100
_ROLES: Final = ("role", "from", "author")


class _Wanted(NamedTuple):
    column: str
    names: str
    """Names that fields of this meaning bear, the surest first, without case and punctuation."""
    is_likely: Callable[[Any], bool]


def _is_time(value: Any) -> bool:
    found = time_ns(value)
    return found is not None and _EARLIEST < found < _LATEST


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_id(value: Any) -> bool:
    return (_is_text(value) or isinstance(value, int)) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return integer(value) is not None


def _is_messages(value: Any) -> bool:
    found = parsed(value)
    return isinstance(found, list) and any(
        isinstance(item, dict) and any(role in item for role in _ROLES) for item in found
    )


def _is_reply_body(value: Any) -> bool:
    found = parsed(value)
    return isinstance(found, dict) and any(name in found for name in ("choices", "content", "output", "candidates"))


def _is_map(value: Any) -> bool:
    return isinstance(parsed(value), dict)


_TABLE: Final = (
    _Wanted(
        "started_at",
        "startedat starttime start starttimestamp requesttime requestedat requesttimestamp timestamp ts time "
        "createdat created datetime date loggedat eventtime receivedat",
        _is_time,
    ),
    _Wanted(
        "ended_at", "endedat endtime end finishedat completedat responsetime respondedat responsetimestamp", _is_time
    ),
    _Wanted(
        "account_id",
        "accountid account accountuuid customerid customer tenantid tenant billingid subscriberid subscriptionid "
        "clientid userid uid user username principal owner",
        _is_id,
    ),
    _Wanted("user_id", "userid uid user username memberid", _is_id),
    _Wanted("api_key_id", "apikeyid apikeyhash keyhash keyid apikey hashedkey tokenid key credentialid", _is_id),
    _Wanted("team_id", "teamid team groupid workspaceid", _is_id),
    _Wanted("org_id", "orgid organizationid organisationid organization organisation org companyid company", _is_id),
    _Wanted("record_id", "requestid xrequestid reqid callid traceid eventid uuid id", _is_id),
    _Wanted("session_id", "sessionid session", _is_id),
    _Wanted("conversation_id", "conversationid chatid threadid conversation", _is_id),
    _Wanted(
        "client_address",
        "clientip clientaddress ip ipaddress remoteaddr remoteip sourceip xforwardedfor userip",
        _is_text,
    ),
    _Wanted("user_agent", "useragent ua httpuseragent", _is_text),
    _Wanted("tls_ja4", "ja4 tlsja4 ja4hash", _is_text),
    _Wanted("tls_ja3", "ja3 tlsja3 ja3hash", _is_text),
    _Wanted("country", "country countrycode geocountry", _is_text),
    _Wanted("provider", "provider vendor providername", _is_text),
    _Wanted("request_model", "requestmodel modelname model modelid engine deployment", _is_text),
    _Wanted("response_model", "responsemodel", _is_text),
    _Wanted("status_code", "statuscode httpstatus responsecode responsestatus status code", _is_count),
    _Wanted("error_type", "errortype errorcode error exception", _is_text),
    _Wanted(
        "params", "modelparameters parameters params generationconfig invocationparameters settings options", _is_map
    ),
    _Wanted(
        "messages",
        "messages requestmessages inputmessages conversation history input prompt dialog turns",
        _is_messages,
    ),
    _Wanted("system", "systemprompt systemmessage systeminstruction systeminstructions system instructions", _is_text),
    _Wanted(
        "prompt_text",
        "prompttext prompt question query usermessage userinput inputtext input text message content",
        _is_text,
    ),
    _Wanted("response", "responsebody response completion output result reply", _is_reply_body),
    _Wanted(
        "reply_text",
        "replytext responsetext completiontext outputtext reply answer response completion output generatedtext result",
        _is_text,
    ),
    _Wanted(
        "input_tokens", "inputtokens prompttokens promptlength tokensin inputtokencount prompttokencount", _is_count
    ),
    _Wanted(
        "output_tokens", "outputtokens completiontokens tokensout outputtokencount completiontokencount", _is_count
    ),
    _Wanted("cost_usd", "costusd cost price spend amount", lambda value: number(value) is not None),
)
_HEADER: Final = (
    "# A mapping proposed from the first records of the log. Check each line, then read the log with it.\n"
    "# Left: a column of stillwatch. Right: where it stands in a record, as a dotted path.\n"
)


def propose_mapping(records: Sequence[Record]) -> str:
    """A commented mapping file to start from; what could not be told apart is left to the reader."""
    values = _values_by_path(records)
    lines, used = [], set[str]()
    for wanted in _TABLE:
        path = _best(wanted, {path: seen for path, seen in values.items() if not _is_used(path, used)})
        if path is not None:
            used.add(path)
            lines.append(
                f"{wanted.column} = {json.dumps(path, ensure_ascii=False)}  # e.g. {_example(values[path][0])}"
            )
    if "started_at" not in {line.partition(" ")[0] for line in lines}:
        lines.insert(0, '# started_at = "?"  # needed: no field looks like a time')
    unused = [path for path in values if not _is_used(path, used)][:40]
    left = [f"# not used: {', '.join(unused)}"] if unused else []
    return "\n".join([_HEADER, *left, *lines]) + "\n"


def _is_used(path: str, used: set[str]) -> bool:
    return any(path == other or path.startswith(other + ".") for other in used)


def _values_by_path(records: Sequence[Record]) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for record in records:
        for path, value in _paths(record, "", _DEPTH):
            if path in values or len(values) < _MOST_PATHS:
                values.setdefault(path, []).append(value)
    return values


def _paths(holder: Mapping[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, value in holder.items():
        if value is None or not isinstance(key, str) or not key.isprintable():
            continue
        yield prefix + key, value
        inner = parsed(value)
        if depth > 1 and isinstance(inner, dict):
            yield from _paths(inner, f"{prefix}{key}.", depth - 1)


def _best(wanted: _Wanted, values: Mapping[str, list[Any]]) -> str | None:
    names = wanted.names.split()
    ranked = []
    for path, seen in values.items():
        rank = min((_rank(name, names) for name in (path, path.rpartition(".")[2])), default=len(names))
        if rank < len(names) and 2 * sum(map(wanted.is_likely, seen)) > len(seen):
            ranked.append((rank, path.count("."), path))
    return min(ranked)[2] if ranked else None


def _rank(name: str, names: list[str]) -> int:
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return names.index(plain) if plain in names else len(names)


def _example(value: Any) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, default=str)
    return excerpt(shown, _EXAMPLE_LENGTH)
