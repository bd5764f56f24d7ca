"""What a test of a suspect model adds to a dossier: a statement where a dependence was shown, else a limit.

It bears on correlation with another model's development. A key that all answers share says nothing of which accounts
they went to, and the statement says so; a key of the campaign's own cohort does, and so does the cohort's own codeword.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.dossier import DossierStatement, Element, Limit, LimitKind
from stillwatch.core.errors import InputError
from stillwatch.core.indicator import Certainty

if TYPE_CHECKING:
    from stillwatch.core.campaign import Campaign

ATTRIBUTION_FILE: Final = "analysis/attribution-{}.json"
_SCHEMA: Final = "stillwatch.attribution/1"
_SUREST: Final = 0.99
_LEAST_LOG10: Final = -300.0
"""Smaller p-values are stated as this one: a floating-point number holds no less."""
_SHARED: Final = "the key marks every answer of its epoch, so it does not say through which accounts"
_NULL: Final = "text that never met the key, directly or through others; exact, and corrected over the plan's tests"
_MEND: Final = "give the result of stillwatch attribute test"


class Attribution(NamedTuple):
    path: str
    """In the package."""
    data: bytes
    """The result as it was written, so that its digest is the one that the log holds."""
    said: DossierStatement | Limit


def read_attribution(data: bytes, number: int, campaign: Campaign) -> Attribution:
    """Read the result of a test, the `number`th from 1.

    Raises:
        InputError: It is none.
    """
    path = ATTRIBUTION_FILE.format(number)
    try:
        read: dict[str, Any] = json.loads(data)
        if read["schema"] != _SCHEMA:
            raise InputError("this is no result of an attribution", mend=_MEND)
        return Attribution(path, data, _said(read, path, campaign))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(f"this is no result of an attribution: {error}", mend=_MEND) from error


def _said(read: dict[str, Any], path: str, campaign: Campaign) -> DossierStatement | Limit:
    verdict, suspect = read["verdict"], read["plan"]["suspect"]
    if verdict["kind"] != "dependent":
        text = f"a test of the model {suspect!r} against our keys is {verdict['kind']}: {verdict['sentence']}"
        return Limit(kind=LimitKind.NOT_SHOWN, text=text)
    judged = read["tests"][read["judged"]]
    log10_p = float(judged["adjusted_log10_p"])
    scope = "" if _is_of(campaign, judged) else f"; {_SHARED}"
    text = f"of the model {suspect!r}: {verdict['sentence'].rstrip('.')}{scope}"
    return DossierStatement(
        elements=(Element.CORRELATION,),
        text=text,
        public_text=text,
        certainty=Certainty.OBSERVED,
        confidence=min(_SUREST, 1 - 10**log10_p),
        source=f"attribution:{judged['rule']}",
        null_model=_NULL,
        p_value=math.pow(10.0, max(log10_p, _LEAST_LOG10)),
        values={
            read.get("claim", {}).get("units", "contexts"): int(judged["n"]),
            "log10_p": round(log10_p, 2),
            "decoy_keys": int(read["decoys"]["keys"]),
            "plan_sha256": str(read["plan_sha256"]),
        },
        where=f"{path}#/verdict",
    )


def _is_of(campaign: Campaign, judged: dict[str, Any]) -> bool:
    """Whether the key, or the codeword under it, was served to the campaign's own cohort alone."""
    is_codeword = str(judged.get("scheme", "")).endswith(f"?cohort={campaign.id}")
    return is_codeword or f"/{campaign.id}/" in f"/{judged['key']}/"
