"""Foreign judges of all that is written as STIX: the reference library, and the validator of OASIS."""

from __future__ import annotations

import orjson
import pytest
from found_factory import found, options
from shared_factory import NOW, PRODUCER, campaign, every_kind, indicator

from stillwatch.core.feedback import Opinion, Sighting
from stillwatch.core.marking import Handling, Tlp
from stillwatch.core.provenance import Stance
from stillwatch.core.template_key import TemplateKey
from stillwatch.core.to_share import AccountForm
from stillwatch.intel.share_campaign import share_campaign
from stillwatch.intel.stix_feedback import write_feedback
from stillwatch.intel.stix_write import write_bundle
from stillwatch.intel.vocabulary.techniques import TECHNIQUES

stix2 = pytest.importorskip("stix2", reason="stix2 is not installed")
validator = pytest.importorskip("stix2validator", reason="stix2-validator is not installed")

_EXCEPTIONS = {
    "user-account": "{244}",  # account-type-ov has no word for an account at a service of language models
}
"""What the strict mode finds, by type: an exception has its reason, and the list may only shrink."""


def _feedback() -> bytes:
    about = indicator().id
    seen = Sighting(
        id="sighting--3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b",
        of_id=about,
        by_id=PRODUCER,
        at=NOW,
        count=7,
        first_seen=NOW,
        last_seen=NOW,
    )
    said = Opinion(
        id="opinion--9e8d7c6b-5a4f-4e3d-8c2b-1a0f9e8d7c6b",
        about_ids=(about, campaign().id),
        by_id=PRODUCER,
        at=NOW,
        stance=Stance.DENIES,
        explanation="A class.",
    )
    return write_feedback(PRODUCER, "Member B", handling=Handling(), sightings=[seen], opinions=[said])


_WRITTEN = {
    "every kind of indicator": write_bundle(campaign(indicators=every_kind(), techniques=tuple(TECHNIQUES))),
    "as little as can be said": write_bundle(
        campaign(indicators=(), provider=None, statements=(), techniques=(), exchanges=0, legal_basis="")
    ),
    "revoked and strict": write_bundle(campaign(is_revoked=True, handling=Handling(tlp=Tlp.AMBER_STRICT))),
    "found by a scan": write_bundle(
        share_campaign(
            found(), (TemplateKey(4, -7, 1.0),), salt=7, options=options(accounts=AccountForm.SALTED)
        ).campaign
    ),
    "feedback": _feedback(),
}


@pytest.fixture(params=_WRITTEN)
def written(request: pytest.FixtureRequest) -> bytes:
    return _WRITTEN[request.param]


def test_the_reference_library_parses_it_as_standard(written: bytes) -> None:
    parsed = stix2.parse(written.decode(), allow_custom=False)
    assert [one["id"] for one in parsed.objects] == [one["id"] for one in orjson.loads(written)["objects"]]


def test_the_validator_passes_it(written: bytes) -> None:
    result = validator.validate_string(written.decode(), validator.ValidationOptions(version="2.1"))
    assert (list(map(str, result.errors or ())), result.is_valid) == ([], True)


def test_the_strict_validator_finds_the_declared_exceptions_alone(written: bytes) -> None:
    result = validator.validate_string(written.decode(), validator.ValidationOptions(version="2.1", strict=True))
    found = list(map(str, result.errors or ()))
    declared = [one for one in found if any(kind in one and code in one for kind, code in _EXCEPTIONS.items())]
    assert found == declared
