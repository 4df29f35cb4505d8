"""The job "cluster": whether a Dask cluster answers, how many workers it has and what they lack."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from inspector.analysis.progress import Progress
from inspector.jobs.options import JobOptions, option
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
    from inspector.jobs.sweep_dask import answering, connected, missing_text, other_versions, slots_of
    from inspector.jobs.sweep_dask_worker import look_around

    progress(None, f"Asking {options.dask}")
    with connected(options.dask) as client, answering(options.dask):
        told: dict[str, dict[str, Any]] = client.run(look_around, options.paths, "")
        slots = sum(map(slots_of, client.scheduler_info(n_workers=-1)["workers"].values()))
    wrong = [f"{missing}." for worker, seen in told.items() if (missing := missing_text(worker, seen))]
    wrong += other_versions(told) if told else ["There are no workers yet: start some with `dask worker ADDRESS`."]
    summary = f"{plural(len(told), 'worker')}, {plural(slots, 'pipeline')} side by side."
    return {"workers": len(told), "slots": slots, "wrong": wrong, "summary": summary}
