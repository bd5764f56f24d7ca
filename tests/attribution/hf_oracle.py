"""What the detectors of transformers say of tokens; run by the Python that has them, see the Makefile.

Reads `{"what": ..., "tokens": [...], "keys": [...], ...}` from its input and writes `{"of_keys": [...], "cpu_s": ...}`.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from transformers.generation.logits_process import SynthIDTextWatermarkLogitsProcessor
from transformers.generation.watermarking import WatermarkDetector


def main() -> None:
    asked = json.load(sys.stdin)
    torch.set_num_threads(1)
    answer = {"detect": detect, "flags": flags, "bits": bits, "vllm": vllm}[asked["what"]]
    if asked["what"] == "vllm":
        make_way_for_vllm(Path(asked["folder"]))
    started = time.process_time()
    of_keys = [answer(asked, key) for key in asked["keys"]]
    json.dump({"of_keys": of_keys, "cpu_s": time.process_time() - started}, sys.stdout)


def detect(asked: dict[str, Any], key: int) -> float:
    """The p-value of `WatermarkDetector`."""
    found = _detector(asked, key)(torch.tensor([asked["tokens"]]), return_dict=True)
    return float(found.p_value[0])


def flags(asked: dict[str, Any], key: int) -> list[int]:
    """Whether the token at each place with a whole context is green."""
    detector, tokens = _detector(asked, key), torch.tensor(asked["tokens"])
    selfhash = asked["seeding"] == "selfhash"
    width = asked["context_width"] - selfhash
    green = detector._get_ngram_score  # its lists have no public door
    return [int(green(tokens[at - width : at + selfhash], int(tokens[at]))) for at in range(width, len(tokens))]


def bits(asked: dict[str, Any], key: list[int]) -> dict[str, list[Any]]:
    """The bits of SynthID-Text of each n-gram, and which contexts it counts."""
    processor = SynthIDTextWatermarkLogitsProcessor(
        ngram_len=asked["ngram_len"],
        keys=key,
        sampling_table_size=1 << 16,
        sampling_table_seed=0,
        context_history_size=1024,
        device=torch.device("cpu"),
    )
    tokens = torch.tensor([asked["tokens"]])
    drawn = processor.compute_g_values(tokens)[0]
    counted = processor.compute_context_repetition_mask(tokens)[0]
    return {"bits": drawn.tolist(), "counted": counted.int().tolist()} if asked["show"] else {"bits": [], "counted": []}


def vllm(asked: dict[str, Any], key: int) -> float:
    """The p-value of vLLM's `GumbelWatermarkDetector`."""
    detector = importlib.import_module("vllm.v1.watermarking.gumbel").GumbelWatermarkDetector
    return float(detector(key, asked["context_width"]).detect(asked["tokens"]).p_value)


def make_way_for_vllm(folder: Path) -> None:
    """Let the detector be imported without its engine: what it names and never calls is empty."""
    torch.compile = lambda function=None, **_: function if function is not None else lambda inner: inner
    packages = ("", ".config", ".v1", ".v1.watermarking", ".v1.worker", ".v1.worker.gpu", ".v1.worker.gpu.sample")
    for package in packages:
        module = ModuleType(f"vllm{package}")
        module.__path__ = [str(folder.joinpath("vllm", *package.split(".")[1:]))]
        sys.modules[module.__name__] = module
    empty = {
        "vllm.logger": "init_logger",
        "vllm.config.utils": "config",
        "vllm.v1.worker.gpu.sample.gumbel": "gumbel_sample",
    }
    for name, attribute in empty.items():
        sys.modules[name] = ModuleType(name)
        setattr(sys.modules[name], attribute, lambda given: given)


def _detector(asked: dict[str, Any], key: int) -> WatermarkDetector:
    model = SimpleNamespace(vocab_size=asked["vocabulary"], bos_token_id=-1, is_encoder_decoder=False)
    settings = {
        "greenlist_ratio": 0.25,
        "bias": 2.0,
        "hashing_key": key,
        "seeding_scheme": asked["seeding"],
        "context_width": asked["context_width"],
    }
    return WatermarkDetector(model, "cpu", settings, ignore_repeated_ngrams=asked.get("ignore_repeated", True))


if __name__ == "__main__":
    main()
