"""Flow logs of Azure: of virtual networks (flowLogVersion 4), and the older ones of security groups (version 2).

Markers: `flowRecords`, or `properties` with `flows` and version 2.

Traps: each flow is one text of thirteen parts within three lists. Counts are since the last text of the same flow, so
they add up; `B` begins a flow and counts nothing. The only time is that of the writing. What was denied never left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.flow_format import DROPPED, Field, FlowCase, FlowFormat, Kind

if TYPE_CHECKING:
    from stillwatch.logs.format import Record

_GROUP: Final = pa.struct([("flowTuples", pa.list_(pa.string()))])
_NETWORK: Final = pa.struct([("flows", pa.list_(pa.struct([("flowGroups", pa.list_(_GROUP))])))])
_SECURITY_GROUP: Final = pa.struct([("flows", pa.list_(pa.struct([("flows", pa.list_(_GROUP))])))])
_RAW: Final = pa.schema([("macAddress", pa.string()), ("flowRecords", _NETWORK), ("properties", _SECURITY_GROUP)])
_PARTS: Final = (
    *("at", "source", "target", "source_port", "target_port", "protocol", "direction", "state", "other"),
    *("sent_packets", "sent_bytes", "back_packets", "back_bytes"),
)
_LAST_SECONDS_DIGITS: Final = 10
_LETTERS: Final = {"T": "tcp", "U": "udp"}


def _matches(record: Record) -> bool:
    return "flowRecords" in record or ("flows" in record["properties"] and "macAddress" in record)


def _unfold(table: pa.Table) -> pa.Table:
    """One row a text, its parts as columns; a text of other parts becomes a row without addresses, which is counted."""
    told = [_tuples(table, "flowRecords", "flowGroups"), _tuples(table, "properties", "flows")]
    both = pa.concat_tables(told)
    parts = pc.split_pattern(both.column("text"), ",")
    has_all = pc.equal(pc.list_value_length(parts), len(_PARTS))
    whole = pc.if_else(has_all, both.column("text"), "," * (len(_PARTS) - 1))
    parts = pc.split_pattern(whole, ",")
    columns = {name: pc.list_element(parts, place) for place, name in enumerate(_PARTS)}
    is_seconds = pc.less_equal(pc.utf8_length(columns["at"]), _LAST_SECONDS_DIGITS)
    columns["at"] = pc.if_else(is_seconds, pc.binary_join_element_wise(columns["at"], "000", ""), columns["at"])
    return pa.table({**columns, "observer": both.column("observer")})


def _tuples(table: pa.Table, column: str, inner: str) -> pa.Table:
    """The texts of all records under a column, each with its record's interface."""
    observer = table.column("macAddress").combine_chunks()
    flows = pc.struct_field(table.column(column), "flows").combine_chunks()
    observer, groups = _flattened(observer, flows, inner)
    observer, texts = _flattened(observer, groups, "flowTuples")
    return pa.table({"observer": observer.take(pc.list_parent_indices(texts)), "text": pc.list_flatten(texts)})


def _flattened(observer: pa.Array, lists: pa.Array, name: str) -> tuple[pa.Array, pa.Array]:
    return observer.take(pc.list_parent_indices(lists)), pc.struct_field(pc.list_flatten(lists), name)


def _finish(table: pa.Table) -> pa.Table:
    """A letter of protocol as its name; whether it was denied; the end is the only time there is."""
    letters, names = (pa.array(list(part), pa.string()) for part in (_LETTERS.keys(), _LETTERS.values()))
    protocol = table.column("protocol")
    protocol = pc.coalesce(pc.take(names, pc.index_in(protocol, value_set=letters)), protocol)
    status = pc.if_else(pc.equal(table.column("state"), "D"), DROPPED, "")
    table = table.set_column(table.column_names.index("protocol"), "protocol", protocol)
    return table.drop_columns(["state"]).append_column("status", status)


_FLOW: Final = {
    "source_address": "10.0.3.7",
    "target_address": "192.0.2.9",
    "source_port": 51036,
    "target_port": 443,
    "protocol": "6",
    "start_at": 1772355600250000000,
    "sent_bytes": 1131,
    "sent_packets": 13,
    "back_bytes": 90,
    "back_packets": 2,
    "observer": "00224871C205",
}
_RECORD: Final = {"time": "2026-03-01T09:00:52Z", "macAddress": "00224871C205"}
_DENIED: Final = {**_FLOW, "sent_bytes": 0, "sent_packets": 0, "back_bytes": 0, "back_packets": 0, "status": DROPPED}

FORMAT: Final = FlowFormat(
    name="azure_flow",
    title="Azure flow logs",
    matches=_matches,
    raw=_RAW,
    unfold=_unfold,
    fields={
        "source_address": (Field("source", Kind.TEXT),),
        "target_address": (Field("target", Kind.TEXT),),
        "source_port": (Field("source_port", Kind.COUNT),),
        "target_port": (Field("target_port", Kind.COUNT),),
        "protocol": (Field("protocol", Kind.TEXT),),
        "start_at": (Field("at", Kind.MILLISECONDS),),
        "sent_bytes": (Field("sent_bytes", Kind.COUNT),),
        "sent_packets": (Field("sent_packets", Kind.COUNT),),
        "back_bytes": (Field("back_bytes", Kind.COUNT),),
        "back_packets": (Field("back_packets", Kind.COUNT),),
        "observer": (Field("observer", Kind.TEXT),),
        "state": (Field("state", Kind.TEXT),),
    },
    finish=_finish,
    cases=(
        FlowCase(
            name="of a virtual network",
            records=(
                {
                    **_RECORD,
                    "flowLogVersion": 4,
                    "flowRecords": {
                        "flows": [
                            {
                                "aclID": "1",
                                "flowGroups": [
                                    {
                                        "rule": "out",
                                        "flowTuples": [
                                            "1772355600250,10.0.3.7,192.0.2.9,51036,443,6,O,E,NX,13,1131,2,90",
                                            "1772355600250,10.0.3.7,192.0.2.9,51036,443,6,O,D,NX,0,0,0,0",
                                        ],
                                    }
                                ],
                            }
                        ]
                    },
                },
            ),
            flows=(_FLOW, _DENIED),
        ),
        FlowCase(
            name="of a security group",
            records=(
                {
                    **_RECORD,
                    "properties": {
                        "Version": 2,
                        "flows": [
                            {
                                "rule": "out",
                                "flows": [
                                    {
                                        "mac": "00224871C205",
                                        "flowTuples": [
                                            "1772355600,10.0.3.7,192.0.2.9,51036,443,T,O,A,C,13,1131,2,90",
                                        ],
                                    }
                                ],
                            }
                        ],
                    },
                },
            ),
            flows=({**_FLOW, "start_at": 1772355600000000000},),
        ),
    ),
)
