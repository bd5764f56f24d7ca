from typing import Any, NamedTuple
Repeats=Any; Variants=Any
def no_repeats(): return None
def no_variants(): return None
