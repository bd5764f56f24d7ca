"""A block of reasoning belongs to whom it was handed out; another who hands it in is noticed, at a flat cost."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from stillwatch.core.decision import Action
from stillwatch.core.request_facts import Foreign, RequestFacts
from stillwatch.guard.budgets import Budgets
from stillwatch.guard.build_standings import build
from stillwatch.guard.decide import Guarded
from stillwatch.guard.guard import Guard
from stillwatch.guard.read_policy import read_policy
from stillwatch.guard.reasoning_bonds import ReasoningBonds
from stillwatch.guard.standings import Standings

OWNER = {"account_id": "a", "user_id": "u", "org_id": "o", "session_id": "s", "model": "m"}


def facts(**changed: Any) -> RequestFacts:
    return RequestFacts("r", 10.0, **(OWNER | changed))


FOREIGN = {
    "its own": ({}, ()),
    "account": ({"account_id": "b"}, (Foreign.ACCOUNT,)),
    "user": ({"user_id": "v"}, (Foreign.USER,)),
    "organisation": ({"org_id": "p"}, (Foreign.ORGANISATION,)),
    "session": ({"session_id": "t"}, (Foreign.SESSION,)),
    "model": ({"model": "n"}, (Foreign.MODEL,)),
    "several": ({"account_id": "b", "model": "n"}, (Foreign.ACCOUNT, Foreign.MODEL)),
    "no name given": ({"account_id": "", "session_id": ""}, ()),
    "never seen": ({"account_id": "b", "reasoning_in": ("new",)}, ()),
    "none handed in": ({"account_id": "b", "reasoning_in": ()}, ()),
    "one of two": ({"account_id": "b", "reasoning_in": ("new", "sig")}, (Foreign.ACCOUNT,)),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign(name: str) -> None:
    bonds = ReasoningBonds(capacity=64, seed=3)
    bonds.bind(facts(), ["sig"])
    changed, expected = FOREIGN[name]
    assert bonds.foreign(facts(**({"reasoning_in": ("sig",)} | changed))) == expected


def test_whoever_had_it_first_keeps_it() -> None:
    bonds = ReasoningBonds(capacity=64, seed=3)
    bonds.bind(facts(), ["sig"])
    bonds.bind(facts(account_id="b"), ["sig"])
    assert bonds.foreign(facts(account_id="b", reasoning_in=("sig",))) == (Foreign.ACCOUNT,)


def test_the_oldest_gives_way_and_memory_stays_flat() -> None:
    bonds = ReasoningBonds(capacity=256, seed=3)
    size_bytes = sum(sys.getsizeof(one) for one in (bonds._blocks, bonds._holders, bonds._bound_at))
    for number in range(5000):
        bonds.bind(facts()._replace(at=float(number)), [f"sig-{number}"])
    assert sum(sys.getsizeof(one) for one in (bonds._blocks, bonds._holders, bonds._bound_at)) == size_bytes
    known = [bool(bonds.foreign(facts(account_id="b", reasoning_in=(f"sig-{number}",)))) for number in range(5000)]
    assert all(known[-8:])
    assert not any(known[:4000])


def test_a_policy_refuses_it() -> None:
    policy = read_policy(
        'version = "1"\nmode = "enforce"\n[[rule]]\nname = "carried"\nrespond = "block"\n'
        'foreign_reasoning = ["account", "organisation"]\n',
        "policy.toml",
    )
    guarded = Guarded(policy, Standings(build([], seed=1)), Budgets(8))
    guard = Guard(guarded, new_id=lambda: "d-1", bonds=ReasoningBonds(capacity=64, seed=3))
    guard.bind_reasoning(facts(), ["sig"])
    asked = {
        name: guard.check(facts(reasoning_in=("sig",), **changed)._replace(request_id=name)).action
        for name, changed in {"own": {}, "carried": {"account_id": "b"}, "session": {"session_id": "t"}}.items()
    }
    assert asked == {"own": Action.ALLOW, "carried": Action.BLOCK, "session": Action.ALLOW}
