"""What a request asks for beyond an answer, in the spelling of any API: log-probabilities, reasoning, choices, length.

>>> asked = read_wishes({"logprobs": True, "n": 4, "generationConfig": {"maxOutputTokens": 9}})
>>> asked.logprobs, asked.reasoning, asked.choices, asked.max_tokens
(True, False, 4, 9)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.wire.values import count

if TYPE_CHECKING:
    from collections.abc import Iterable

LOGPROB_FIELDS: Final = (
    *("logprobs", "top_logprobs", "prompt_logprobs", "responseLogprobs", "response_logprobs"),
    *("return_logprob", "return_logprobs", "top_logprobs_num", "token_ids_logprob"),
    *("top_n_tokens", "decoder_input_details", "n_probs"),
)
"""A value other than null and false asks for log-probabilities."""
PROMPT_LOGPROB_FIELDS: Final = ("prompt_logprobs", "decoder_input_details", "logprob_start_len", "echo")
"""A value other than null, false and -1 asks for those of the prompt: vLLM, text-generation-inference, SGLang; `echo`
of OpenAI's completions does, together with `logprobs`.
"""
SAMPLER_FIELDS: Final = (
    *("watermarking", "watermark", "custom_logit_processor", "custom_params", "logits_processors"),
    *("vllm_xargs", "extra_args"),
)
"""How tokens are drawn and marked, which is the operator's to say. vLLM: `watermarking`, `vllm_xargs`, `extra_args`,
`logits_processors`. SGLang: `watermark`, `custom_logit_processor` (code that the engine runs) and its `custom_params`.
Text-generation-inference: `watermark`.
"""
LOGPROB_INCLUDES: Final = ("message.output_text.logprobs",)
"""Members of `include` (Responses API) that do."""
CHOICE_FIELDS: Final = ("n", "candidateCount", "candidate_count", "num_return_sequences", "best_of")
LENGTH_FIELDS: Final = (
    *("max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "maxTokens", "max_new_tokens"),
    *("max_tokens_to_sample", "maxTokenCount", "max_gen_len", "num_predict", "n_predict"),
)
HOLDERS: Final = (
    *("generationConfig", "generation_config", "inferenceConfig", "parameters", "options", "sampling_params"),
    *("textGenerationConfig", "extra_body"),
)
"""Objects that hold parameters inside the body: Gemini, Bedrock, text-generation-inference, Ollama, SGLang."""
_REASONING_FIELDS: Final = (
    *("reasoning", "reasoning_effort", "thinking", "think", "include_reasoning", "enable_thinking"),
    *("thinkingConfig", "thinking_config", "thinking_budget", "include_thoughts", "includeThoughts"),
    *("chat_template_kwargs", "separate_reasoning", "reasoningConfig", "return_reasoning"),
)
_REASONING_INCLUDES: Final = ("reasoning.encrypted_content",)
_REFUSALS: Final = ("none", "disabled", "false", "off", "omitted", "no")
_ALL: Final = frozenset(
    (
        *(*LOGPROB_FIELDS, *PROMPT_LOGPROB_FIELDS, "logit_bias", *SAMPLER_FIELDS, *CHOICE_FIELDS, *LENGTH_FIELDS),
        *(*HOLDERS, *_REASONING_FIELDS, "stream", "include"),
    )
)
_LOGPROBS, _CHOICES, _LENGTHS = frozenset(LOGPROB_FIELDS), frozenset(CHOICE_FIELDS), frozenset(LENGTH_FIELDS)
_PROMPT_LOGPROBS, _SAMPLER = frozenset(PROMPT_LOGPROB_FIELDS), frozenset(SAMPLER_FIELDS)
_HOLDERS, _REASONING = frozenset(HOLDERS), frozenset(_REASONING_FIELDS)
_DEPTH: Final = 3


class Wishes(NamedTuple):
    logprobs: bool = False
    prompt_logprobs: bool = False
    biases_tokens: bool = False
    sets_sampler: bool = False
    reasoning: bool = False
    choices: int = 1
    max_tokens: int = 0
    """The most that any spelling asks for; 0 = none does."""
    stream: bool = False


NO_WISHES: Final = Wishes()


def read_wishes(body: dict[str, Any], depth: int = _DEPTH) -> Wishes:
    """Read the parameters of a request; a parameter written as null counts as not sent."""
    present = _ALL.intersection(body)
    if not present:
        return NO_WISHES
    include = body.get("include")
    included = [one for one in include if isinstance(one, str)] if isinstance(include, list) else ()
    found = Wishes(
        (not _LOGPROBS.isdisjoint(present) and any(_asks(body[name]) for name in _LOGPROBS & present))
        or (bool(included) and any(one in LOGPROB_INCLUDES for one in included)),
        not _PROMPT_LOGPROBS.isdisjoint(present)
        and any(_asks_of_prompt(name, body) for name in _PROMPT_LOGPROBS & present),
        "logit_bias" in present and bool(body["logit_bias"]),
        not _SAMPLER.isdisjoint(present) and any(body[name] is not None for name in _SAMPLER & present),
        (not _REASONING.isdisjoint(present) and any(_asks_reasoning(body[name]) for name in _REASONING & present))
        or (bool(included) and any(one in _REASONING_INCLUDES for one in included)),
        1 if _CHOICES.isdisjoint(present) else _most(body, _CHOICES & present, 1),
        0 if _LENGTHS.isdisjoint(present) else _most(body, _LENGTHS & present, 0),
        _asks(body.get("stream")),
    )
    if depth and not _HOLDERS.isdisjoint(present):
        for name in HOLDERS:
            if isinstance(inner := body.get(name), dict):
                found = _both(found, read_wishes(inner, depth - 1))
    return found


def _asks(value: Any) -> bool:
    """Anything but null and false; 0 log-probabilities beside the chosen token are one still."""
    return value is not None and value is not False


def _asks_of_prompt(name: str, body: dict[str, Any]) -> bool:
    if name == "echo":
        return body["echo"] is True and _asks(body.get("logprobs"))
    return _asks(body[name]) and body[name] != -1


def _asks_reasoning(value: Any, depth: int = _DEPTH) -> bool:
    """A switch, an effort, a budget, or an object of them."""
    if isinstance(value, dict):
        if isinstance(kind := value.get("type"), str):
            return kind.lower() not in _REFUSALS
        return depth > 0 and any(_asks_reasoning(inner, depth - 1) for inner in value.values())
    if isinstance(value, str):
        return value.lower() not in _REFUSALS
    return value is not None and value is not False and value != 0


def _most(body: dict[str, Any], names: Iterable[str], least: int) -> int:
    return max((found for name in names if (found := count(body.get(name))) is not None), default=least)


def _both(left: Wishes, right: Wishes) -> Wishes:
    return Wishes(
        left.logprobs or right.logprobs,
        left.prompt_logprobs or right.prompt_logprobs,
        left.biases_tokens or right.biases_tokens,
        left.sets_sampler or right.sets_sampler,
        left.reasoning or right.reasoning,
        max(left.choices, right.choices),
        max(left.max_tokens, right.max_tokens),
        left.stream or right.stream,
    )
