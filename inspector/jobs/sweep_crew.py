"""Who works on a sweep's pipelines: threads of this process, each with job workers of its own, or a Dask cluster."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from inspector.errors import Cancelled, InspectorError, JobError, WorkerError
from inspector.jobs.client import run_in_worker
from inspector.jobs.kept_workers import KeptWorkers
from inspector.jobs.limits import cores, free_memory
from inspector.jobs.protocol import Event, Progress
from inspector.jobs.sweep_keys import sweep_versions
from inspector.jobs.sweep_options import PipelineOptions

MEMORY_EACH = 1_500_000_000
"""Bytes that a worker with TensorFlow in it is reckoned with."""
_GRACE = 0.3
"""Seconds after a crash before it counts: a closing terminal or a shutdown ends workers and sweep at almost once."""
Tell = Callable[[float | None, str], object]


@dataclass(frozen=True, slots=True)
class Crew:
    """`slots` says how many pipelines run side by side now; `submit(options, tell)` begins one and gives what
    `run_pipeline` returns, in a Future; `tell` may be called from another thread, or never. `versions` are theirs;
    `local`: they work on this machine."""

    slots: Callable[[], int]
    submit: Callable[[PipelineOptions, Tell], "Future[dict[str, Any]]"]
    versions: Mapping[str, str]
    local: bool = False


@contextmanager
def local_crew(workers: int, pipelines: int) -> Iterator[Crew]:
    """`workers` 0: as many as cores and free memory allow. All of them have ended when the block does."""
    count = max(1, min(workers or local_workers(), pipelines))
    threads = max(1, cores() // count)
    stop = threading.Event()

    def submit(options: PipelineOptions, tell: Tell) -> "Future[dict[str, Any]]":
        return executor.submit(run_pipeline, options, threads, stop.is_set, tell, kept)

    executor, kept = ThreadPoolExecutor(count, "pipeline"), KeptWorkers(threads)
    try:
        yield Crew(lambda: count, submit, sweep_versions(), local=True)
    finally:
        stop.set()
        executor.shutdown(wait=True, cancel_futures=True)
        kept.end()


def local_workers() -> int:
    """How many pipelines this machine can run side by side."""
    memory = free_memory()
    return max(1, cores() if memory is None else min(cores(), memory // MEMORY_EACH))


def run_pipeline(
    options: PipelineOptions,
    threads: int,
    stopped: Callable[[], bool],
    tell: Tell | None = None,
    kept: KeptWorkers | None = None,
) -> dict[str, Any]:
    """{"result": what the job returns}, or {"failed": sentence, "log"} for one that failed, {} for one that was
    stopped. Waits for the job's worker, a process that does nothing else meanwhile: one of `kept`, else a new one."""

    def on_event(event: Event) -> None:
        if tell is not None and isinstance(event, Progress):
            tell(event.fraction, event.message)

    if stopped():
        return {}
    try:
        if kept is not None:
            return {"result": kept.do(options, on_event, stopped)}
        return {"result": run_in_worker(options, on_event, threads=threads, stopped=stopped)}
    except Cancelled:
        return {}
    except JobError as error:
        if isinstance(error, WorkerError):
            time.sleep(_GRACE)
        return {"failed": str(error), "log": error.log}
    except InspectorError as error:
        return {"failed": str(error), "log": ""}
