"""Tests mirror the source: every file has its pair, or stands on a list that may only shrink."""

from __future__ import annotations

from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_SOURCE = _ROOT / "src" / "stillwatch"
_SHELVES = {
    "logs/formats": "logs/test_shelf.py",
    "logs/flow_formats": "logs/test_flow_shelf.py",
    "logs/sketches": "logs/test_sketches.py",
    "attribution/rules": "attribution/test_rule.py",
    "evaluation/baselines": "evaluation/test_baseline.py",
    "attribution/schemes": "attribution/test_scheme_shelf.py",
    "detection/links": "detection/test_link.py",
    "detection/signals": "detection/test_signal.py",
    "detection/precursors": "detection/test_precursor.py",
    "screening/readers": "screening/test_list_shelf.py",
}
"""Shelf → the one test that walks it and applies every file's own cases."""
_VALUES_ALONE = frozenset(
    (
        *("attribution/kind.py", "attribution/answer_pair.py"),
        *(
            "evaluation/distil/distil_sizes.py",
            "evaluation/distil/defence_sizes.py",
            "evaluation/distil/experiment.py",
            "service/distil/bench.py",
        ),
        *("core/mark_label.py", "core/licence.py", "core/deployed_mark.py", "core/served_mark.py"),
        *("core/template_key.py", "core/to_share.py", "signing/signing_key.py"),
        *("core/feedback.py", "core/read_bundle.py", "intel/read_limits.py", "intel/stix_objects.py"),
        *("intel/stix_received.py", "intel/vocabulary/extension.py"),
        *("core/appeal.py", "core/denial.py", "core/tried.py"),
        *("core/forgotten.py", "core/format_info.py", "core/store_info.py", "core/early_warning.py"),
        *("core/explanation.py", "core/tracking.py", "core/key_kind.py", "core/identity.py", "core/server_limits.py"),
        *("core/leaf.py", "core/dossier.py", "evidence/sealed_case.py"),
        *("core/hardware.py", "core/egress.py", "logs/flow_format.py"),
        *("core/indicator.py", "core/shared_campaign.py", "core/listed_entity.py"),
        *("core/template_key.py", "core/to_share.py"),
        *("core/feedback.py", "core/read_bundle.py"),
        *("screening/query.py", "screening/hit.py"),
        *("core/hunt.py", "core/shared_format.py"),
        "screening/list_format.py",
        *("core/holding.py", "core/ownership.py", "core/list_version.py", "core/screened.py"),
        "core/screened_member.py",
        "logs/lakes/table_snapshot.py",
        "service/screening/subject.py",
        "service/export_settings.py",
        "faces/gateway/proxy_limits.py",
        *("service/sharing/stream_row.py", "service/sharing/taxii_settings.py"),
        *("detection/case.py", "detection/scene.py", "logs/format.py", "logs/sketch.py"),
    )
)
"""Files that hold values and do nothing."""
_MISSING = frozenset[str]((*("logs/otlp/genai.py", "logs/otlp/openinference.py"),))
"""Files without a test. Write the test and take the file off; never add one."""


def sources() -> list[str]:
    files = (file.relative_to(_SOURCE) for file in _SOURCE.rglob("*.py"))
    return sorted(str(file) for file in files if file.name != "__init__.py")


def pair_of(source: str) -> Path:
    path = Path(source)
    shelf = _SHELVES.get(str(path.parent))
    return _ROOT / "tests" / (shelf or path.parent / f"test_{path.name}")


@pytest.mark.parametrize("source", sources())
def test_every_source_file_has_its_test(source: str) -> None:
    if source in _VALUES_ALONE | _MISSING:
        return
    expected = pair_of(source)
    assert expected.exists(), f"write {expected.relative_to(_ROOT)} for src/stillwatch/{source}"


def test_no_file_is_excused_that_has_a_test_or_is_gone() -> None:
    assert [source for source in sorted(_MISSING) if pair_of(source).exists()] == []
    assert sorted((_VALUES_ALONE | _MISSING) - set(sources())) == []
