"""The part of Envoy's external processing protocol that a guard speaks, as messages of protobuf.

>>> from stillwatch.faces.gateway.ext_proc_messages import ProcessingRequest
>>> request = ProcessingRequest.FromString(ProcessingRequest(request_body={"body": b"{}"}).SerializeToString())
>>> request.WhichOneof("request"), request.request_body.body
('request_body', b'{}')

Fields of `envoy.service.ext_proc.v3.ExternalProcessor` that are not listed are skipped when they are read, as protobuf
has it. The numbers are Envoy's (api/envoy/service/ext_proc/v3/external_processor.proto) and never change.
"""

from __future__ import annotations

from typing import Any, Final

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

_PACKAGE: Final = "stillwatch.ext_proc"
_KINDS: Final = {
    "text": FieldDescriptorProto.TYPE_STRING,
    "bytes": FieldDescriptorProto.TYPE_BYTES,
    "bool": FieldDescriptorProto.TYPE_BOOL,
    "enum": FieldDescriptorProto.TYPE_INT32,
}
_MESSAGES: Final[dict[str, tuple[tuple[str, int, str], ...]]] = {
    "HeaderValue": (("key", 1, "text"), ("value", 2, "text"), ("raw_value", 3, "bytes")),
    "HeaderMap": (("headers", 1, "*HeaderValue"),),
    "HttpHeaders": (("headers", 1, "HeaderMap"), ("end_of_stream", 3, "bool")),
    "HttpBody": (("body", 1, "bytes"), ("end_of_stream", 2, "bool")),
    "HttpTrailers": (),
    "ProcessingRequest": (
        ("request_headers", 2, "HttpHeaders"),
        ("response_headers", 3, "HttpHeaders"),
        ("request_body", 4, "HttpBody"),
        ("response_body", 5, "HttpBody"),
        ("request_trailers", 6, "HttpTrailers"),
        ("response_trailers", 7, "HttpTrailers"),
    ),
    "HeaderValueOption": (("header", 1, "HeaderValue"), ("append_action", 3, "enum")),
    "HeaderMutation": (("set_headers", 1, "*HeaderValueOption"), ("remove_headers", 2, "*text")),
    "BodyMutation": (("body", 1, "bytes"), ("clear_body", 2, "bool")),
    "CommonResponse": (("header_mutation", 2, "HeaderMutation"), ("body_mutation", 3, "BodyMutation")),
    "Answer": (("response", 1, "CommonResponse"),),
    "HttpStatus": (("code", 1, "enum"),),
    "ImmediateResponse": (
        ("status", 1, "HttpStatus"),
        ("headers", 2, "HeaderMutation"),
        ("body", 3, "bytes"),
        ("details", 5, "text"),
    ),
    "ProcessingMode": (
        ("request_header_mode", 1, "enum"),
        ("response_header_mode", 2, "enum"),
        ("request_body_mode", 3, "enum"),
        ("response_body_mode", 4, "enum"),
    ),
    "ProcessingResponse": (
        ("request_headers", 1, "Answer"),
        ("response_headers", 2, "Answer"),
        ("request_body", 3, "Answer"),
        ("response_body", 4, "Answer"),
        ("request_trailers", 5, "Answer"),
        ("response_trailers", 6, "Answer"),
        ("immediate_response", 7, "ImmediateResponse"),
        ("mode_override", 9, "ProcessingMode"),
    ),
}
"""Message → its fields: name, number, kind; `*` = repeated. `Answer` stands for the four that hold one field."""
_ONE_OF: Final = {"ProcessingRequest": "request", "ProcessingResponse": "response"}
_NOT_IN_IT: Final = frozenset(("mode_override",))


def _file() -> FileDescriptorProto:
    file = FileDescriptorProto(name="stillwatch_ext_proc.proto", package=_PACKAGE, syntax="proto3")
    for name, listed in _MESSAGES.items():
        message = file.message_type.add(name=name)
        if name in _ONE_OF:
            message.oneof_decl.add(name=_ONE_OF[name])
        for field, number, kind in listed:
            made = message.field.add(name=field, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL)
            if kind.startswith("*"):
                made.label = FieldDescriptorProto.LABEL_REPEATED
            plain = kind.removeprefix("*")
            made.type = _KINDS.get(plain, FieldDescriptorProto.TYPE_MESSAGE)
            if plain not in _KINDS:
                made.type_name = f".{_PACKAGE}.{plain}"
            if name in _ONE_OF and field not in _NOT_IN_IT:
                made.oneof_index = 0
    return file


def _classes() -> dict[str, Any]:
    pool = DescriptorPool()
    pool.Add(_file())
    return {name: GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}")) for name in _MESSAGES}


_CLASSES: Final = _classes()
ProcessingRequest: Final = _CLASSES["ProcessingRequest"]
ProcessingResponse: Final = _CLASSES["ProcessingResponse"]
