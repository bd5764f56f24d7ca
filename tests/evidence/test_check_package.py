"""Everything that somebody may alter in a sealed package is found, and what nobody altered is never refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealed_package import (
    AT,
    KEEPERS,
    MemoryLog,
    case_of,
    custody_record,
    keeper_pems,
    keys_of,
    package,
    policy,
    seal,
)
from stillwatch.evidence.case_check import CaseReport, Outcome, Trust
from stillwatch.evidence.check_package import check_package
from stillwatch.evidence.sealed_case import PackageFile, SealedCase, Tier
from stillwatch.evidence.store_zip import is_plain_name
from tampered_packages import all_of, altered_records, flips, flips_of_files

_TRUST = Trust(policy=policy())


def _checked(data: bytes, trust: Trust = _TRUST) -> CaseReport:
    return check_package(memoryview(data), trust)


def _outcomes(report: CaseReport) -> dict[str, str]:
    return {one.name: one.outcome.value for one in report.checks}


@pytest.mark.parametrize("tier", list(Tier))
def test_what_was_sealed_holds(tier: Tier) -> None:
    report = _checked(package(tier))
    assert [one for one in report.checks if one.outcome is not Outcome.HOLDS] == []
    assert (report.outcome, report.about, report.tier, report.made_at) == (Outcome.HOLDS, "campaign-1", tier.value, AT)
    assert list(_outcomes(report)) == [
        *(
            "archive",
            "keys",
            "key history",
            "checkpoint",
            "proofs",
            "manifest",
            "files",
            "leaves",
            "custody",
            "batches",
            "redactions",
        ),
        "earlier heads",
    ]


def test_without_keys_of_the_readers_own_it_says_so() -> None:
    report = _checked(package(), Trust())
    assert (report.outcome, _outcomes(report)["whose keys"]) == (Outcome.HOLDS, "not done")


def _of_record(lines: tuple[bytes, ...], pems: tuple[str, ...] = keeper_pems()) -> CaseReport:
    """Of a package that was sealed with these lines: all in it holds but what they say themselves."""
    log = MemoryLog()
    return _checked(seal(case_of(log, keys=replace(keys_of(), custody=pems), lines=lines), log))


@pytest.mark.parametrize("at", range(len(KEEPERS)), ids=["p-256", "p-384", "p-521", "ed25519"])
def test_a_record_of_custody_holds_by_keys_of_each_kind(at: int) -> None:
    keepers = (KEEPERS[at], KEEPERS[at - 1])
    report = _of_record(custody_record(keepers), keeper_pems(keepers))
    assert [one for one in report.checks if one.outcome is not Outcome.HOLDS] == []
    assert "3 statements" in [one.because for one in report.checks if one.name == "custody"]


def test_a_record_of_custody_that_was_altered_before_it_was_sealed_does_not_hold() -> None:
    whole = custody_record()
    assert _outcomes(_of_record(whole))["custody"] == "holds"
    for name, lines in altered_records(whole).items():
        assert (name, _outcomes(_of_record(lines))["custody"]) == (name, "fails")
    for at in range(len(KEEPERS)):
        unknown = keeper_pems(KEEPERS[:at] + KEEPERS[at + 1 :])
        assert _outcomes(_of_record(whole, unknown))["custody"] == "fails"


def test_every_alteration_is_found() -> None:
    cases = list(all_of(package()))
    assert len(cases) > 300
    assert [name for name, data in cases if _checked(data).outcome is not Outcome.FAILS] == []


def test_a_bit_flipped_anywhere_is_found() -> None:
    assert [name for name, data in flips(package(), every=1009) if _checked(data).outcome is not Outcome.FAILS] == []
    missed = [what for what, _, data in flips_of_files(package(), 12) if _checked(data).outcome is not Outcome.FAILS]
    assert missed == []


@pytest.mark.slow
def test_every_bit_of_every_file_and_of_the_archive_is_found() -> None:
    assert [name for name, data in flips(package(), every=17) if _checked(data).outcome is not Outcome.FAILS] == []
    missed = [what for what, _, data in flips_of_files(package(), 400) if _checked(data).outcome is not Outcome.FAILS]
    assert missed == []


_PATHS = st.from_regex(r"data/[a-z0-9]{1,8}\.(json|txt)", fullmatch=True).filter(is_plain_name)


@settings(max_examples=25)
@given(
    st.dictionaries(_PATHS, st.binary(max_size=200), max_size=5),
    st.text(max_size=12),
    st.sampled_from(list(Tier)),
    st.integers(0, 5),
    st.integers(0, 40),
)
def test_nothing_valid_is_refused(files: dict[str, bytes], source: str, tier: Tier, earlier: int, before: int) -> None:
    log = MemoryLog(entries=[b"noted before %d" % at for at in range(before)])
    more = [PackageFile(path=path, data=held, media_type="text/plain", source=source) for path, held in files.items()]
    case: SealedCase = replace(case_of(log, tier=tier, more=more), about=source)
    report = _checked(seal(case, log, earlier=earlier))
    assert [one for one in report.checks if one.outcome is not Outcome.HOLDS] == []


def test_the_readers_policy_counts_and_not_the_packages_own() -> None:
    two = Trust(policy=replace(policy(), quorum=2))
    assert _outcomes(_checked(package(), two))["checkpoint"] == "fails"
    lenient = MemoryLog()
    data = seal(case_of(lenient, keys=keys_of(quorum=0)), lenient, witnessed=False)
    assert _checked(data, Trust()).outcome is Outcome.HOLDS
    assert _checked(data).outcome is Outcome.FAILS


def test_a_checkpoint_that_the_reader_saw_elsewhere() -> None:
    log = MemoryLog()
    data = seal(case_of(log), log, earlier=3)
    forked = MemoryLog(entries=[b"another story", *log.entries[1:]])
    for size, told in ((7, "the same history"), (3, "the same history"), (4, "nothing connects")):
        report = _checked(data, replace(_TRUST, seen=(log.head(size),)))
        assert (report.outcome, told in report.checks[-1].because) == (Outcome.HOLDS, True)
    for size in (3, 7):
        report = _checked(data, replace(_TRUST, seen=(forked.head(size),)))
        assert "two histories" in report.checks[-1].because
        assert report.outcome is Outcome.FAILS
