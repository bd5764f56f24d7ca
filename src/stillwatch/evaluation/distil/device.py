"""Where models are trained: the processor, or a GPU where there is one. Extra `torch`."""

from __future__ import annotations

from typing import Final

import torch

from stillwatch.core.errors import SettingsError

AUTO: Final = "auto"


def device_named(name: str) -> str:
    """The device of a name, as torch names it; `auto` is a GPU where torch can use one, else the processor.

    Raises:
        SettingsError: A GPU is asked for that torch cannot use.
    """
    has_gpu = torch.cuda.is_available()
    if name == AUTO:
        return "cuda" if has_gpu else "cpu"
    if name == "cuda" and not has_gpu:
        raise SettingsError("torch finds no GPU here", mend="--device cpu, or a torch that was built for the GPU")
    return name
