"""The authorised-use ledger: what it grants, and how it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from log_factory import written

from stillwatch.core.authorised import Authorised
from stillwatch.core.errors import InputError
from stillwatch.logs.ledger import load_ledger, parse_ledger

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400_000_000_000
START = 1_772_323_200_000_000_000
ENTRY = '[[authorised]]\nname = "Red team"\naccount_ids = ["a"]\n'


def test_an_entry_in_full(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        b"# who may\n\n[[authorised]]\nname = 'Red team'\norganisation = 'Acme'\naccount_ids = ['a', 'b', 'a']\n"
        b"purpose = 'evaluation'\nvalid_from = 2026-03-01\nvalid_until = '2026-03-01'\ncontract = 'C-1'\n",
        "ledger.toml",
    )
    assert load_ledger(path) == (
        Authorised(
            name="Red team",
            organisation="Acme",
            account_ids=("a", "b"),
            purpose="evaluation",
            valid_from=START,
            valid_until=START + DAY,
            contract="C-1",
            where=f"{path}:3",
        ),
    )


def test_a_licence_names_its_features() -> None:
    (entry,) = parse_ledger(f"{ENTRY}licence = 'g-1'\nfeatures = ['prompt_logprobs', 'logprobs', 'logprobs']")
    assert (entry.licence, entry.features) == ("g-1", ("prompt_logprobs", "logprobs"))


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ("features = ['logprobs']", "features without a licence"),
        ("licence = 'g-1'\nfeatures = ['logprob']", "unknown feature 'logprob'.*logprobs"),
        ("licence = 'g-1'\nfeatures = 'logprobs x'", "unknown feature"),
    ],
)
def test_features_that_are_none(lines: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        parse_ledger(ENTRY + lines)


@pytest.mark.parametrize("value", ["2026-03-01T00:00:00Z", "2026-03-01 01:00:00+01:00", "'2026-03-01T00:00:00Z'"])
def test_moments_are_exact(value: str) -> None:
    assert parse_ledger(f"{ENTRY}valid_until = {value}")[0].valid_until == START


@pytest.mark.parametrize("toml", ["", "# nobody yet\n", "authorised = []"])
def test_a_ledger_may_authorise_nobody(toml: str) -> None:
    assert parse_ledger(toml) == ()


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[authorised]\nname='x'", r"ledger: authorised is no list of tables \(write \[\[authorised\]\]"),
        ("[[authorized]]", r"unknown key 'authorized' \(did you mean 'authorised'\?\)"),
        (ENTRY + "acount = 1", r"ledger:1: unknown key 'acount'"),
        (ENTRY + "valid_form = 1", r"ledger:1: unknown key 'valid_form' \(did you mean 'valid_from'\?\)"),
        (ENTRY + "\n[[authorised]]\naccount_ids=['a']", r"ledger:5: an entry without a name"),
        ("[[authorised]]\nname='x'", r"ledger:1: account_ids is no list of texts"),
        ("[[authorised]]\nname='x'\naccount_ids=[]", r"ledger:1: an entry without accounts"),
        ("[[authorised]]\nname='x'\naccount_ids=['a', 3]", r"ledger:1: account_ids is no list of texts"),
        (ENTRY + "purpose = 3", r"ledger:1: purpose is no text"),
        (ENTRY + "valid_from = 'soon'", r"ledger:1: valid_from is no time"),
        (ENTRY + "valid_from = 3", r"ledger:1: valid_from is no time"),
        (ENTRY + "valid_from = 2026-03-02\nvalid_until = 2026-03-01", "valid_until lies before valid_from"),
        (ENTRY * 2, r"ledger:4: the name 'Red team' stands twice"),
        ("authorised = [1]", "an entry is no table"),
    ],
)
def test_errors_name_the_line_and_the_mend(toml: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_ledger(toml)
