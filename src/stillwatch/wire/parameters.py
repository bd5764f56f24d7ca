"""The parameters of a request as one canonical text, and the names of the tools that it offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.wire.values import canonical_json, clean

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_PARAMETERS: Final = frozenset(
    (
        *("messages", "input", "prompt", "contents", "inputs", "inputText", "query"),
        *("system", "instructions", "systemInstruction", "system_instruction"),
        *("tools", "functions", "toolConfig", "tool_config", "additionalModelRequestFieldsTools"),
        *("model", "modelId", "model_id", "stream", "stream_options", "anthropic_version"),
        *("user", "metadata", "safety_identifier", "prompt_cache_key", "previous_response_id", "conversation"),
        *("extra_headers", "headers", "api_key", "api_base", "secret_fields", "litellm_metadata"),
    )
)
"""What a request body holds beside its parameters: content, identity, transport, secrets."""


def parameters_json(body: Mapping[str, Any]) -> str | None:
    """The parameters with sorted keys; a parameter written as null counts as not sent."""
    kept = {key: value for key, value in body.items() if value is not None and key not in NOT_PARAMETERS}
    return canonical_json(kept) if kept else None


def tool_names(tools: Any) -> str | None:
    """Names of the tools in the order sent, of any shape: OpenAI, Anthropic, Gemini declarations, Bedrock specs."""
    if isinstance(tools, dict):
        tools = tools.get("tools")
    if not isinstance(tools, list):
        return None
    names = [name for tool in tools if isinstance(tool, dict) for name in _names_of(tool)]
    return clean(",".join(names)) or None


def _names_of(tool: dict[str, Any]) -> list[str]:
    declared = tool.get("functionDeclarations") or tool.get("function_declarations")
    if isinstance(declared, list):
        found = [item.get("name") for item in declared if isinstance(item, dict)]
    else:
        inner = tool.get("function") or tool.get("toolSpec")
        found = [(inner if isinstance(inner, dict) else tool).get("name") or tool.get("type")]
    return [name for name in found if isinstance(name, str)]
