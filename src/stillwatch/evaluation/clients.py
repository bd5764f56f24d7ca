"""Which software calls: user agents and request parameters, drawn from skewed popularity tables.

A client is an index into `ALL_USER_AGENTS`, a parameter tuple one into `PARAMS`; the same draw serves every label.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pyarrow as pa

from stillwatch.evaluation.keys import Floats, Ints, Keys, uniform

_PYTHON: Final = tuple(f"OpenAI/Python {version}" for version in ("3.54.0", "3.53.2", "3.51.0", "2.30.1", "1.109.1"))
_OTHER: Final = (
    "AsyncOpenAI/Python 3.54.0", "python-requests/2.34.0", "OpenAI/JS 7.4.1", "axios/1.16.0",
    "AsyncOpenAI/Python 3.51.0", "langchain-core/1.9.2", "Go-http-client/2.0", "okhttp/5.3.0", "OpenAI/JS 7.1.0",
    "python-httpx/0.31.0", "litellm/1.109.1", "node", "aiohttp/3.15.1", "OpenAI/Java 5.2.0", "curl/8.16.0",
    "reqwest/0.13", "llama-index/0.20.3", "OpenAI/Go 4.0.0", "Ruby/3.5", "GuzzleHttp/8", "OpenAI/.NET 3.3.0",
    "dify/2.4", "n8n/2.9.1", "haystack/3.1.0",
)  # fmt: skip
_SYSTEMS: Final = (
    "Windows NT 10.0; Win64; x64",
    "Macintosh; Intel Mac OS X 10_15_7",
    "X11; Linux x86_64",
    "Android 10; K",
)
_BROWSERS: Final = tuple(
    f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
    for version in (148, 147, 146, 141)
    for system in _SYSTEMS
)
_AGENTS: Final = tuple(
    f"{name}/{version}"
    for version in ("1.42.0", "1.41.3", "1.38.0", "0.99.2")
    for name in ("workbench-cli", "fieldhand-desktop", "quill-editor", "benchcode")
)
SANITISED: Final = "node"
USER_AGENTS: Final = {"api": (*_PYTHON, *_OTHER), "chat": _BROWSERS, "agent": _AGENTS}
ALL_USER_AGENTS: Final = (*USER_AGENTS["api"], *_BROWSERS, *_AGENTS)
"""What the client column indexes."""

_TEMPERATURES: Final = ("", '"temperature":0.7', '"temperature":0.0', '"temperature":1.0', '"temperature":0.2')
_LIMITS: Final = ("", *(f'"max_tokens":{limit}' for limit in (1024, 4096, 2048, 512, 8192)))
_REST: Final = ("", '"top_p":0.95', '"n":1', '"seed":42', '"presence_penalty":0.1', '"logprobs":true,"top_logprobs":5')
PARAMS: Final = tuple(
    "{" + ",".join(filter(None, (temperature, limit, rest))) + "}"
    for rest in _REST
    for limit in _LIMITS
    for temperature in _TEMPERATURES
)
"""Parameter tuples, roughly by falling popularity."""
UNCAPPED: Final = 1 << 20
PARAM_CAPS: Final = tuple(
    int(found[1]) if (found := re.search(r'"max_tokens":(\d+)', text)) else UNCAPPED for text in PARAMS
)
"""Most tokens that a reply may have under each tuple."""
_LEAST_CAP: Final = {"long": 2048, "prose": 1024, "code": 1024, "short": 0, "score": 0}


def draw_clients(kind: str, keys: Keys) -> Ints:
    """Index into `ALL_USER_AGENTS`, skewed: few clients are very common."""
    offset = ALL_USER_AGENTS.index(USER_AGENTS[kind][0])
    return offset + _skewed(keys, len(USER_AGENTS[kind]), 1.1)


def draw_params(length: str, keys: Keys) -> Ints:
    """Index into `PARAMS`; whoever wants long replies does not ask for short ones."""
    fitting = np.array([number for number, cap in enumerate(PARAM_CAPS) if cap >= _LEAST_CAP.get(length, 1024)])
    return fitting[_skewed(keys, len(fitting), 0.9)]


def user_agent_texts() -> pa.Array:
    return pa.array(ALL_USER_AGENTS, pa.string())


def _skewed(keys: Keys, count: int, exponent: float) -> Ints:
    weight: Floats = np.arange(1, count + 1, dtype=np.float64) ** -exponent
    return np.searchsorted(np.cumsum(weight) / weight.sum(), uniform(keys), side="right").astype(np.int64)
