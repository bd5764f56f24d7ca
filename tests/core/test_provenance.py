import pytest

from stillwatch.core.provenance import Stance, joint_stance


@pytest.mark.parametrize(
    ("stances", "joint"),
    [
        ([], Stance.INVESTIGATES),
        ([Stance.INVESTIGATES], Stance.INVESTIGATES),
        ([Stance.INVESTIGATES, Stance.CONFIRMS], Stance.CONFIRMS),
        ([Stance.INVESTIGATES, Stance.DENIES], Stance.DENIES),
        ([Stance.CONFIRMS, Stance.DENIES], None),
        (list(Stance), None),
    ],
)
def test_what_readers_say_together(stances: list[Stance], joint: Stance | None) -> None:
    assert joint_stance(frozenset(stances)) is joint
