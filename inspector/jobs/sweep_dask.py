"""A sweep's pipelines on a Dask cluster: its workers are checked first, then each pipeline is a task of one of them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

from inspector.datasets.choice import RANDOM
from inspector.errors import JobError, MissingPackageError
from inspector.jobs.availability import install_text
from inspector.jobs.leaving import on_leaving
from inspector.jobs.options import to_dict
from inspector.jobs.sweep_crew import MEMORY_EACH, Crew, Tell
from inspector.jobs.sweep_dask_worker import look_around, run_on_dask
from inspector.jobs.sweep_options import PipelineOptions
from inspector.jobs.sweep_plan import Pipeline, PlanError
from inspector.model.text import plural

_PATIENCE = "15s"
_LOOK_S = 2.0


@contextmanager
def dask_crew(address: str, folder: Path, pipelines: Sequence[Pipeline]) -> Iterator[Crew]:
    """The workers of the scheduler at `address`; `folder` holds the results.

    Raises MissingPackageError without distributed, JobError where no scheduler answers or it has no workers, PlanError
    with a sentence for each worker that can't do the work.
    """
    running = folder / f".running-{uuid4().hex[:12]}"
    for old in folder.glob(".running-*"):  # of a sweep that was killed: what still runs of it ends now
        old.unlink(missing_ok=True)
    running.touch()
    try:
        with on_leaving(lambda: running.unlink(missing_ok=True)), connected(address) as client:
            versions = _checked(client, address, running, pipelines)
            executor: Executor = client.get_executor(pure=False)

            def submit(options: PipelineOptions, _tell: Tell) -> "Future[dict[str, Any]]":
                return executor.submit(run_on_dask, to_dict(options), str(running))

            yield Crew(_Slots(client, address), submit, versions)
    finally:
        running.unlink(missing_ok=True)


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler at `address`. Raises MissingPackageError without distributed, JobError where none
    answers."""
    if find_spec("distributed") is None:
        raise MissingPackageError(f"A Dask cluster needs what is not installed: {install_text('dask')}")
    from distributed import Client

    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise JobError(
            f"No Dask scheduler answers at {address}. Start one with `dask scheduler`, or check its address."
        ) from error
    try:
        yield client
    finally:
        with suppress(OSError):  # the scheduler may be gone
            client.close(timeout=_PATIENCE)


def _checked(client: Any, address: str, running: Path, pipelines: Sequence[Pipeline]) -> Mapping[str, str]:
    """The workers' versions, which have to be the same. Raises JobError, PlanError."""
    with answering(address):
        told: dict[str, dict[str, Any]] = client.run(look_around, sorted(_paths(pipelines)), str(running))
    if not told:
        raise JobError(f"The Dask scheduler at {address} has no workers. Start some: dask worker {address}")
    wrong = [sentence for worker, seen in told.items() for sentence in _sentences(worker, seen, running.parent)]
    wrong += other_versions(told)
    if wrong:
        raise PlanError(tuple(wrong))
    versions: dict[str, str] = next(iter(told.values()))["versions"]
    return versions


@contextmanager
def answering(address: str) -> Iterator[None]:
    """Around what a cluster is asked. Raises JobError where its workers can't do it or nobody answers."""
    try:
        yield
    except ImportError as error:
        raise JobError(
            f"A Dask worker of {address} can't import TFLite Inspector ({error}). Install the same version there."
        ) from error
    except OSError as error:
        raise JobError(f"The Dask cluster at {address} does not answer: {error}.") from error


def missing_text(worker: str, seen: Mapping[str, Any]) -> str:
    """What a worker does not see, without a full stop; "" where it sees all."""
    missing = seen["missing"]
    others = f" and {plural(len(missing) - 1, 'other path')}" if len(missing) > 1 else ""
    return f"The Dask worker {worker} does not see {missing[0]}{others}" if missing else ""


def other_versions(told: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A sentence for each worker whose packages are not those of the first."""
    first, versions = next((worker, seen["versions"]) for worker, seen in told.items())
    for worker, seen in told.items():
        other = {name for name in {*versions, *seen["versions"]} if versions.get(name) != seen["versions"].get(name)}
        if other:
            name = min(other)
            yield (
                f"{worker} has {name} {seen['versions'].get(name, '(none)')}, {first} {versions.get(name, '(none)')}: "
                "install the same versions on all workers, else their results can't be compared."
            )


def _sentences(worker: str, seen: Mapping[str, Any], folder: Path) -> Iterator[str]:
    if missing := missing_text(worker, seen):
        yield f"{missing}: put models and data where all workers can."
    if seen["folder"]:
        yield f"The Dask worker {worker} can't use {folder}: {seen['folder']}. Name a shared folder for the results."


def _paths(pipelines: Sequence[Pipeline]) -> set[str]:
    found = set()
    for each in pipelines:
        found |= {each.model, each.evaluation.path, each.calibration.path if each.calibration else RANDOM}
        found |= {each.options["label_names"]} if each.options.get("label_names") else set()
    return found - {RANDOM}


class _Slots:
    """How many pipelines the cluster can run at once: its threads, as far as the memory of each worker allows."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._count, self._next = 1, 0.0

    def __call__(self) -> int:
        if self._client.status not in ("running", "connecting"):
            raise JobError(f"The Dask scheduler at {self._address} is gone. What is done is kept: run the sweep again.")
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _LOOK_S
            with suppress(OSError):
                workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
                self._count = sum(map(slots_of, workers)) or 1
        return self._count


def slots_of(worker: Mapping[str, Any]) -> int:
    """How many pipelines a worker, as the scheduler describes it, runs at once."""
    memory = worker.get("memory_limit") or 0
    return int(max(1, min(worker["nthreads"], memory // MEMORY_EACH if memory else worker["nthreads"])))
