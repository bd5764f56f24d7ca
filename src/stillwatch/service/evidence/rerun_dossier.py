"""Work the figures of a dossier out again from the keys in its package, and say where they differ.

    rerun = rerun_dossier(Path("case.zip"), work, keys=None, clock=now, progress=quiet)
    rerun.differences       # () where every figure came out as it was

The package is checked first (`check_file`), so the figures that are compared are those that were sealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evaluation.board_plan import code_digest
from stillwatch.evidence.case_check import Outcome
from stillwatch.evidence.leaf_entry import digest_of_file
from stillwatch.service.evidence.check_file import check_file, members_of
from stillwatch.service.evidence.dossier_files import RECIPE_FILE, SKETCHES
from stillwatch.service.evidence.rerun_recipe import Difference, Recipe
from stillwatch.service.evidence.scan_keys import scan_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from stillwatch.evidence.case_check import Trust
    from stillwatch.service.scan import Progress

_MEND: Final = "name the folder of the keys that were handed over beside it with --keys"


class Rerun(NamedTuple):
    recipe: Recipe
    differences: tuple[Difference, ...]
    is_same_code: bool
    """Whether this program finds campaigns by the very code that made the dossier."""


def rerun_dossier(  # noqa: PLR0913  # the machine it runs on is four of them
    package: Path,
    trust: Trust,
    work: Path,
    *,
    keys: Path | None,
    clock: Callable[[], datetime],
    progress: Progress,
    workers: int = 1,
) -> Rerun:
    """Check the package, and run its recipe.

    Args:
        package: The archive, or the folder that it was unpacked in.
        trust: Whose keys its reader trusts.
        work: An empty folder to work in.
        keys: Folder of the keys, where they are not in the package.
        clock: Now.
        progress: Told how far it is.
        workers: Processes.

    Raises:
        InputError: There are no keys, or they are others than the recipe names.
        VerificationError: The package does not hold.
    """
    report = check_file(package, trust)
    failed = next((one for one in report.checks if one.outcome is Outcome.FAILS), None)
    if failed is not None:
        raise VerificationError(f"{failed.name}: {failed.because}", where=str(package), mend="ask for it again")
    files = members_of(package)
    if RECIPE_FILE not in files:
        raise InputError("no recipe is in this package", where=str(package), mend="name a dossier")
    recipe = Recipe.read(bytes(files[RECIPE_FILE]), RECIPE_FILE)
    if keys is None and not any(path.startswith(SKETCHES) for path in files):
        raise InputError("the keys are not in this package", where=str(package), mend=_MEND)
    folder = keys or _unpacked(files, work / "keys")
    check_keys(folder, recipe)
    result = scan_keys(folder, recipe, clock=clock, progress=progress, workers=workers)
    return Rerun(recipe, recipe.differences(result.campaigns), recipe.code == code_digest())


def check_keys(folder: Path, recipe: Recipe) -> None:
    """Hold the keys to the digests of the recipe.

    Raises:
        InputError: A file is missing, or is another one.
    """
    for path, digest in recipe.keys_sha256.items():
        file = folder / path
        if not file.is_file():
            raise InputError("the keys are not there", where=str(file), mend=_MEND)
        if digest_of_file(file) != digest:
            raise InputError("these are other keys than the recipe names", where=str(file), mend=_MEND)


def _unpacked(files: Mapping[str, memoryview], folder: Path) -> Path:
    """The keys of the package as files."""
    for path, held in files.items():
        if path.startswith(SKETCHES):
            file = folder / path.removeprefix(SKETCHES)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(held)
    # A table without rows has no file, but a store has its folder.
    for name in ("exchanges", "keys", "names", "excerpts", "parts", "inputs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return folder
