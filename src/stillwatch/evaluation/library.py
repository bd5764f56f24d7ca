"""The library: the scenarios that ship with stillwatch, by name.

scenario = find_scenario("rate_026")
scenario.covers  # "rate of campaign E by letter: 26 a day"
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from stillwatch.core.errors import InputError
from stillwatch.evaluation.scenario import Scenario, load_scenario


def list_scenarios() -> tuple[Scenario, ...]:
    """Every scenario of the library, by name."""
    with as_file(files("stillwatch.evaluation") / "scenarios") as folder:
        return tuple(load_scenario(path) for path in sorted(folder.glob("*.toml")))


def find_scenario(name: str) -> Scenario:
    """A scenario of the library by its name, or one of your own by the path of its TOML file."""
    if name.endswith(".toml"):
        return load_scenario(Path(name))
    with as_file(files("stillwatch.evaluation") / "scenarios") as folder:
        path = folder / f"{name}.toml"
        if not path.is_file():
            known = ", ".join(found.stem for found in sorted(folder.glob("*.toml")))
            raise InputError(
                f"no scenario {name!r} in the library", mend=f"a path that ends in .toml, or one of {known}"
            )
        return load_scenario(path)


def needs_corpora(scenario: Scenario) -> bool:
    """Whether it names prompt files, traces or ranges that only `--corpora` can provide."""
    sources = {spec for one in scenario.population for spec in (*one.work.source, *one.work.cover_source)}
    named = (
        scenario.windows_file,
        scenario.gaps_file,
        scenario.lengths_file,
        scenario.datacentre_file,
        scenario.vpn_file,
    )
    return any(named) or any(spec.startswith("corpus:") for spec in sources)
