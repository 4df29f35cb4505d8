"""Results of a sweep on disk: which paths stand for them, and reading them."""

from pathlib import Path
from typing import TYPE_CHECKING

from inspector.errors import DataError

if TYPE_CHECKING:
    from inspector.analysis.pipelines import ResultSet

SUFFIX = ".results"


def is_results(path: Path) -> bool:
    """Whether `path` is a folder of results, or the copy of a plan in one."""
    copy = path.suffix == ".toml" and not is_plan(path)
    return copy or (path.is_dir() and (path.suffix == SUFFIX or (path / "plan.toml").is_file()))


def is_plan(path: Path) -> bool:
    """Whether `path` is a plan to edit: a .toml that does not lie among results."""
    return path.suffix == ".toml" and not (path.name == "plan.toml" and (path.parent / "pipelines").is_dir())


def results_folder(path: Path) -> Path:
    """The folder that a path stands for: itself, or the one beside a plan, or the one that a plan lies in.

    Raises DataError where a plan has no results yet.
    """
    if path.is_dir():
        return path
    if path.name == "plan.toml" and (path.parent / "pipelines").is_dir():
        return path.parent
    beside = path.with_suffix(SUFFIX)
    if not beside.is_dir():
        raise DataError(f"{path.name} has no results yet: there is no folder {beside.name} beside it. Run the sweep.")
    return beside


def read(path: Path) -> "ResultSet":
    """Raises DataError, UsageError."""
    from inspector.jobs.sweep_store import read_results  # few windows ever read results

    return read_results(results_folder(path))
