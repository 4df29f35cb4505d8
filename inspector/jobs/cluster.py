"""The job "cluster": whether a Dask cluster answers, how many workers it has and what they lack."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from inspector.analysis.progress import Progress
from inspector.errors import JobError
from inspector.jobs.options import JobOptions, option
from inspector.jobs.sweep_keys import sweep_versions
from inspector.model.text import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOptions(JobOptions):
    """Ask a Dask cluster what it can do."""

    JOB: ClassVar[str] = "cluster"

    dask: str = option("Address of the scheduler, such as tcp://host:8786.")
    paths: tuple[str, ...] = option("Models and data that every worker has to see.", ())


def cluster(options: ClusterOptions, progress: Progress, _scratch: Path) -> dict[str, Any]:
    """Returns {"workers", "slots", "wrong", "summary"}: pipelines that it runs side by side; a sentence for each worker
    that can't do the work. Raises MissingPackageError without distributed, JobError where nothing answers."""
    from inspector.jobs.sweep_dask import connected, slots_of

    progress(None, f"Asking {options.dask}")
    with connected(options.dask) as client:
        try:
            told: dict[str, dict[str, Any]] = client.run(_seen, options.paths)
            known = client.scheduler_info(n_workers=-1)["workers"].values()
        except ImportError as error:
            raise JobError(
                f"A Dask worker of {options.dask} can't import TFLite Inspector ({error}). Install it there."
            ) from error
        except OSError as error:
            raise JobError(f"The Dask cluster at {options.dask} does not answer: {error}.") from error
        slots = sum(map(slots_of, known))
    wrong = _wrong(told)
    summary = f"{plural(len(told), 'worker')}, {plural(slots, 'pipeline')} side by side."
    return {"workers": len(told), "slots": slots, "wrong": wrong, "summary": summary}


def _seen(paths: Sequence[str]) -> dict[str, Any]:
    """On a Dask worker: which of `paths` it does not see, and its versions."""
    return {"missing": [each for each in paths if not os.path.exists(each)], "versions": dict(sweep_versions())}


def _wrong(told: dict[str, dict[str, Any]]) -> list[str]:
    if not told:
        return ["The scheduler has no workers yet: start some with `dask worker ADDRESS`."]
    first = next(iter(told.values()))["versions"]
    found = []
    for worker, seen in told.items():
        missing = seen["missing"]
        if missing:
            others = f" and {plural(len(missing) - 1, 'other path')}" if len(missing) > 1 else ""
            found.append(f"The worker {worker} does not see {missing[0]}{others}.")
        if seen["versions"] != first:
            found.append(f"The worker {worker} has other versions of packages than {next(iter(told))}.")
    return found
