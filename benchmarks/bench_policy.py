"""The policy that guards in front of gateways are measured with."""

from __future__ import annotations

from typing import Final

THROTTLES: Final = """
version = "bench"
mode = "enforce"
[[rule]]
name = "operators"
roles = ["operator"]
respond = "throttle"
requests_per_minute = 6
per = "campaign"
"""
TRIMS: Final = '[[rule]]\nname = "all"\npaths = ["*"]\nrespond = "trim"\nstrip_logprobs = true\n'
"""After it, every reply is rewritten."""
